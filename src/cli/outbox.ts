import type { CliGatehouse, Command } from './command.ts';
import { CommandFailure, UsageError } from './command.ts';
import { parseArguments, parseWords } from './parse-arguments.ts';

/** Never what a message says or to whom it goes: its id, what it is, and why it was given up. */
export const listOutbox: Command = {
  name: 'outbox list',
  usage: '',
  summary: 'List messages and notices that were given up, newest first, and why',
  async run(args, { say, withGatehouse }) {
    parseArguments(args, {});
    const { dead, waiting } = await withGatehouse(async ({ queue }) => ({
      dead: await queue.dead(1_000),
      waiting: (await queue.depth()).due,
    }));
    for (const { id, topic, payload, attempts, lastError, createdAt } of dead) {
      const kind = typeof payload['kind'] === 'string' ? `${topic} ${payload['kind']}` : topic;
      const tries = attempts === 1 ? '1 try' : `${attempts} tries`;
      say(`${id}  ${kind}  ${new Date(createdAt).toISOString()}  ${tries}: ${lastError ?? 'unknown reason'}`);
    }
    say(`${dead.length} given up, ${waiting} waiting`);
  },
};

export const retryOutbox: Command = {
  name: 'outbox retry',
  usage: 'ID… | --all',
  summary: 'Try again what was given up; a running server does it within a second',
  async run(args, { say, withGatehouse }) {
    await withGatehouse(async ({ queue }) => {
      const { ids, all } = await chosen(args, queue);
      for (const id of ids) {
        const outcome = await queue.retry(id);
        if (outcome === 'retried') say(`${id} is tried again`);
        else if (outcome === 'too-late' && all) say(`${id} is too old to be sent`);
        else if (outcome === 'too-late') throw new CommandFailure([`${id} is too old to be sent`]);
        else throw new CommandFailure([`nothing of id ${id} was given up`]);
      }
    });
  },
};

export const discardOutbox: Command = {
  name: 'outbox discard',
  usage: 'ID… | --all',
  summary: 'Forget what was given up',
  async run(args, { say, withGatehouse }) {
    await withGatehouse(async ({ queue }) => {
      const { ids } = await chosen(args, queue);
      for (const id of ids) {
        if (!(await queue.discard(id))) throw new CommandFailure([`nothing of id ${id} was given up`]);
        say(`${id} is discarded`);
      }
    });
  },
};

async function chosen(
  args: string[],
  queue: CliGatehouse['queue'],
): Promise<{ ids: string[]; all: boolean }> {
  const { values, positionals } = parseWords(args, { all: { type: 'boolean' } });
  const all = values.all === true;
  if (all === positionals.length > 0) throw new UsageError('name ids, or --all');
  return { ids: all ? (await queue.dead(1_000)).map(({ id }) => id) : positionals, all };
}
