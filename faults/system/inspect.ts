import { createGatehouse, type Gatehouse } from '#app';
import { formatProblems, loadConfig } from '#config';
import type { Records } from '../checker/records.ts';
import { outboxLines } from './outbox.ts';
import type { GatehouseSystem } from './system.ts';

const MINUTE_MS = 60_000;
/** Longer than every lease and the first retries: what a killed node left behind is due. */
const AFTER_A_KILL_MS = 10 * MINUTE_MS;
/** Then what was promised while the clock stood three hours ahead. */
const AFTER_A_JUMP_MS = 190 * MINUTE_MS;
const ROUNDS = 30;

/** Opens the storage when all nodes have ended, lets pending work be done when it is due, and counts what is there. */
export async function inspect({ env, dataDir }: GatehouseSystem): Promise<Records> {
  const loaded = loadConfig({ env });
  if (loaded.outcome === 'invalid') throw new Error(formatProblems(loaded.problems));
  let laterMs = AFTER_A_KILL_MS;
  const gatehouse = await createGatehouse({
    config: { ...loaded.config, logLevel: 'silent' },
    clock: { now: () => Date.now() + laterMs },
  });
  try {
    await gatehouse.open();
    await finishWork(gatehouse);
    laterMs = AFTER_A_JUMP_MS;
    await finishWork(gatehouse);
    const { messages, broken } = outboxLines(dataDir);
    return {
      audit: await countedEvents(gatehouse),
      mails: counted(messages.map(({ to, subject }) => `${to} ${subject}`)),
      deadJobs: (await gatehouse.queue.depth()).dead,
      brokenLines: broken,
    };
  } finally {
    await gatehouse.close();
  }
}

async function finishWork({ relay, queue }: Gatehouse): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    if ((await relay.drain()) + (await queue.runDue()) === 0) return;
  }
}

async function countedEvents({ audit, accounts }: Gatehouse): Promise<Record<string, number>> {
  const addresses = new Map<string, string>();
  const names: string[] = [];
  let after: string | undefined;
  do {
    const page = await audit.list({ limit: 200, ...(after && { after }) });
    for (const { type, accountId } of page.items) {
      if (!accountId) continue;
      if (!addresses.has(accountId))
        addresses.set(accountId, (await accounts.byId(accountId))?.email ?? 'nobody');
      names.push(`${addresses.get(accountId)} ${type}`);
    }
    after = page.next;
  } while (after);
  return counted(names);
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
