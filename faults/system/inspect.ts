import { createGatehouse, type Gatehouse } from '#app';
import { formatProblems, loadConfig } from '#config';
import type { Records } from '../checker/records.ts';
import { outboxLines } from './outbox.ts';
import type { GatehouseSystem } from './system.ts';

/** Longer than every lease and the first retries: what a killed node left behind is due. */
const LATER_MS = 10 * 60_000;
const ROUNDS = 30;

/** Opens the storage when all nodes have ended, lets pending work be done ten minutes later, and counts what is there. */
export async function inspect({ env, dataDir }: GatehouseSystem): Promise<Records> {
  const loaded = loadConfig({ env });
  if (loaded.outcome === 'invalid') throw new Error(formatProblems(loaded.problems));
  const gatehouse = await createGatehouse({
    config: { ...loaded.config, logLevel: 'silent' },
    clock: { now: () => Date.now() + LATER_MS },
  });
  try {
    await gatehouse.open();
    for (let round = 0; round < ROUNDS; round++) {
      const moved = (await gatehouse.relay.drain()) + (await gatehouse.queue.runDue());
      if (moved === 0) break;
    }
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
