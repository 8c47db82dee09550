import type { CliGatehouse, Command } from './command.ts';
import { CommandFailure, UsageError } from './command.ts';
import { parseArguments, parseWords } from './parse-arguments.ts';

const MOST = 1_000;
type OutboxJob = Awaited<ReturnType<CliGatehouse['queue']['dead']>>[number];

/** Never what a message says, nor the whole of whom it goes to: its id, what it is, how its tries went. */
export const listOutbox: Command = {
  name: 'outbox list',
  usage: '[--limit NUMBER]',
  summary: `List messages and notices that wait, oldest first, and those given up, newest first: 50 of each unless told, ${MOST} at most`,
  async run(args, { say, withGatehouse }) {
    const limit = limitOf(parseArguments(args, { limit: { type: 'string' } }).values.limit);
    const { waiting, dead, depth } = await withGatehouse(async ({ queue }) => ({
      waiting: await queue.waiting(limit),
      dead: await queue.dead(limit),
      depth: await queue.depth(),
    }));
    for (const job of waiting) say(lineOf(job, waitingText(job)));
    for (const job of dead) say(lineOf(job, `given up after ${tries(job)}: ${reason(job)}`));
    const hidden = Math.max(0, depth.due - waiting.length) + Math.max(0, depth.dead - dead.length);
    say(`${depth.dead} given up, ${depth.due} waiting${hidden > 0 ? `; ${hidden} not shown (--limit)` : ''}`);
  },
};

function limitOf(typed = '50'): number {
  const limit = Number(typed);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new UsageError(`--limit: must be a whole number from 1 to ${MOST}`);
  return limit;
}

function lineOf({ id, topic, payload, createdAt }: OutboxJob, state: string): string {
  const { kind, to } = payload;
  const what = typeof kind === 'string' ? `${topic} ${kind}` : topic;
  const receiver = typeof to === 'string' ? [`to ${masked(to)}`] : [];
  return [id, what, ...receiver, `queued ${new Date(createdAt).toISOString()}`, state].join('  ');
}

function waitingText(job: OutboxJob): string {
  const next = job.dueAt === undefined ? '' : `, next try ${new Date(job.dueAt).toISOString()}`;
  return job.attempts === 0 ? `not tried yet${next}` : `${tries(job)} failed${next}: ${reason(job)}`;
}

const tries = ({ attempts }: OutboxJob) => (attempts === 1 ? '1 try' : `${attempts} tries`);
const reason = ({ lastError }: OutboxJob) => lastError ?? 'unknown reason';

/** Enough to know one's own address or number again, and the server that may be in trouble. */
function masked(to: string): string {
  const at = to.lastIndexOf('@');
  return at > 0 ? `${[...to][0]}•••${to.slice(at)}` : `•••${to.slice(-2)}`;
}

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
  return { ids: all ? (await queue.dead(MOST)).map(({ id }) => id) : positionals, all };
}
