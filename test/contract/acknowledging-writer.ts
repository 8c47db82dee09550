// A process of its own: writes documents as fast as it can and prints each key once its write is acknowledged.
import { createSecretBox, silentLog, systemClock } from '#kernel';
import { createStorage } from '#storage';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';
import { itemSpec, OLD_KEY } from './contract-fixture.ts';

const dataDir = process.argv[2] as string;
const engine = createSqliteEngine({ dataDir, clock: systemClock, log: silentLog });
const storage = createStorage(engine, {
  clock: systemClock,
  log: silentLog,
  secretBox: createSecretBox([OLD_KEY]),
});
const durable = storage.collection(itemSpec('durable'));
const volatile = storage.collection(itemSpec('volatile'));
await storage.open();

async function write(writer: number): Promise<void> {
  for (let at = 0; ; at++) {
    const item = { id: `${process.pid}-${writer}-${at}`, group: 'g', at, tags: ['t'] };
    await durable.insert(item, { emit: [{ id: item.id, topic: 'written', payload: {} }] });
    await volatile.insert(item);
    process.stdout.write(`${item.id}\n`);
  }
}
await Promise.all([0, 1, 2, 3].map(write));
