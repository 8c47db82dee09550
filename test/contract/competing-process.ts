// A process of its own that competes with others for the same documents and prints what it won, as one line of JSON.
import { createInterface } from 'node:readline';
import { createSecretBox, silentLog, systemClock } from '#kernel';
import { createStorage } from '#storage';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';
import { itemSpec, OLD_KEY, upTo } from './contract-fixture.ts';

const [dataDir, name] = process.argv.slice(2) as [string, string];
const ROUNDS = 60;
const engine = createSqliteEngine({ dataDir, clock: systemClock, log: silentLog });
const storage = createStorage(engine, {
  clock: systemClock,
  log: silentLog,
  secretBox: createSecretBox([OLD_KEY]),
});
const items = storage.collection({ ...itemSpec('durable'), cache: { max: 100, find: ['byGroup'] } });
const passing = storage.collection(itemSpec('volatile'));
await storage.open();

process.stdout.write('ready\n');
for await (const _go of createInterface({ input: process.stdin })) break;

const won = {
  marked: [] as string[],
  consumed: [] as string[],
  counted: 0,
  stale: 0,
  emitted: [] as string[],
};
for (const at of upTo(ROUNDS)) {
  const [mark, doc] = await Promise.all([
    items.mark(`mark-${at}`, 'usedAt', at),
    passing.consume(`once-${at}`),
    items.update('shared', (shared) => ({ ...shared, tags: [...(shared.tags ?? []), `${name}-${at}`] }), {
      emit: () => [{ id: `${name}-${at}`, topic: 'changed', payload: {} }],
    }),
  ]);
  if (mark === 'won') won.marked.push(`mark-${at}`);
  if (doc) won.consumed.push(doc.id);
  const { allowed, value } = await items.increment('counter', 'count', { limit: ROUNDS * 2 });
  if (allowed) {
    won.counted++;
    await passing.increment('acknowledged', 'count', { initial: { id: 'acknowledged', count: 0 } });
  }
  // Nobody counts down: a copy of what was before an acknowledged write, our own or another's, would show less.
  for (const _ of upTo(5)) {
    const acknowledged = (await passing.get('acknowledged'))?.count ?? 0;
    const seen = (await items.get('counter'))?.count ?? 0;
    if (seen < Math.max(value, acknowledged)) won.stale++;
  }
  if (!(await items.get('shared'))?.tags?.includes(`${name}-${at}`)) won.stale++;
  await storage.drainEmissions(async ({ id }) => void won.emitted.push(id), 5);
}
await storage.drainEmissions(async ({ id }) => void won.emitted.push(id));
process.stdout.write(`${JSON.stringify(won)}\n`);
await storage.close();
process.exit(0);
