import { z } from 'zod';
import { createSecretBox, silentLog, systemClock } from '#kernel';
import { type Collection, createStorage, type Engine } from '#storage';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';

interface Item {
  id: string;
  group: string;
  count: number;
  usedAt?: number | undefined;
  fence?: number | undefined;
  expiresAt?: number | undefined;
}

/** SQLite in memory, whose disk answers only when `flush` is called. */
function slowDisk() {
  let flush = () => {};
  let flushed: Promise<void> = Promise.resolve();
  const real = createSqliteEngine({ dataDir: ':memory:', clock: systemClock, log: silentLog });
  const engine: Engine = {
    ...real,
    table: (layout) => ({ ...real.table(layout), durable: () => flushed }),
  };
  const hold = () => {
    flushed = new Promise((resolve) => {
      flush = resolve;
    });
  };
  return { engine, hold, flush: () => flush() };
}

const writes: Record<string, (items: Collection<Item>) => Promise<unknown>> = {
  insert: (items) => items.insert({ id: 'new', group: 'g', count: 0 }),
  'insert of a taken key': (items) => items.insertIfAbsent({ id: 'a', group: 'g', count: 0 }),
  put: (items) => items.put({ id: 'a', group: 'g', count: 0 }),
  update: (items) => items.update('a', (doc) => ({ ...doc, count: 5 })),
  'update that leaves the document': (items) => items.update('a', () => undefined),
  mark: (items) => items.mark('a', 'usedAt', 1),
  increment: (items) => items.increment('a', 'count', {}),
  'increment beyond the limit': (items) => items.increment('a', 'count', { limit: 0 }),
  touch: (items) => items.touch('a', 9e12),
  consume: (items) => items.consume('a'),
  'consume of what is gone': (items) => items.consume('nobody'),
  delete: (items) => items.delete('a'),
  deleteWhere: (items) => items.deleteWhere({ index: 'byGroup', equals: ['g'] }),
  claim: (items) =>
    items.claim({ index: 'byCount', dueField: 'count', fenceField: 'fence', leaseMs: 1, limit: 1 }),
};

describe('acknowledgement of writes', () => {
  it.each(Object.keys(writes))('%s waits for the disk', async (name) => {
    const { engine, hold, flush } = slowDisk();
    const secretBox = createSecretBox(['a secret key of thirty-two bytes']);
    const storage = createStorage(engine, { clock: systemClock, log: silentLog, secretBox });
    const items = storage.collection<Item>({
      name: 'items',
      schema: z.object({
        id: z.string(),
        group: z.string(),
        count: z.number(),
        usedAt: z.number().optional(),
        fence: z.number().optional(),
        expiresAt: z.number().optional(),
      }),
      key: 'id',
      index: { byGroup: ['group'], byCount: ['count'] },
      expiresAt: 'expiresAt',
      durability: 'durable',
    });
    await storage.open();
    await items.insert({ id: 'a', group: 'g', count: 0 });
    hold();
    let answered = false;
    const write = writes[name]?.(items).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    flush();
    await write;
    expect(answered).toBe(true);
    await storage.close();
  });
});
