import { createSecretBox, silentLog } from '#kernel';
import { type Collection, createStorage, type Engine, type Storage } from '#storage';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';
import { createTestClock, type Item, itemSpec, OLD_KEY } from '../contract/contract-fixture.ts';

describe('reads of one request, where a proof is a trip to a server', () => {
  let asked: number;
  let storage: Storage;
  let items: Collection<Item>;
  let passing: Collection<Item>;
  /** Keys that were read from the engine. */
  let read: string[];
  beforeEach(async () => {
    asked = 0;
    read = [];
    const clock = createTestClock();
    const engine = createSqliteEngine({ dataDir: ':memory:', clock, log: silentLog });
    const caughtUp = async () => {
      asked += 1;
      return true;
    };
    const table: Engine['table'] = (layout) => {
      const rows = engine.table(layout);
      const get: typeof rows.get = (key, now) => {
        read.push(key);
        return rows.get(key, now);
      };
      return { ...rows, get };
    };
    const asking: Engine = { ...engine, table, changes: { ...engine.changes, caughtUp } };
    const parts = { clock, secretBox: createSecretBox([OLD_KEY]), log: silentLog, elapsed: () => 0 };
    storage = createStorage(asking, parts);
    items = storage.collection({ ...itemSpec('durable'), cache: { max: 50 } });
    passing = storage.collection(itemSpec('volatile'));
    await storage.open();
    await items.insert({ id: 'k', group: 'g', at: 1 });
  });
  afterEach(() => storage.close());

  it.each<[string, () => Promise<unknown>]>([
    ['put', () => items.put({ id: 'k' })],
    ['insert that is refused', () => items.insertIfAbsent({ id: 'k' })],
    ['update', () => items.update('k', (doc) => doc)],
    ['update that leaves it', () => items.update('k', () => undefined)],
    ['mark', () => items.mark('k', 'usedAt', 1)],
    ['consume of nothing', () => items.consume('none')],
    ['deleteWhere', () => items.deleteWhere({ index: 'byGroup', equals: ['g'] })],
    ['look at the latest', () => items.get('k', { latest: true })],
  ])('X8 proves once, and again after: %s', async (_name, verb) => {
    await storage.readTogether(async () => {
      for (const _ of [1, 2, 3]) await items.get('k');
      expect(asked).toBe(1);
      await verb();
      for (const _ of [1, 2, 3]) await items.get('k');
      expect(asked).toBe(2);
    });
  });

  it('proves nothing anew after a volatile write, which no copy of anything tells of', async () => {
    await storage.readTogether(async () => {
      await items.get('k');
      await passing.put({ id: 'p' });
      await passing.mark('p', 'usedAt', 1);
      await items.get('k');
    });
    expect(asked).toBe(1);
  });

  it('begins a change with what the request has read, and reads once more where that is no longer so', async () => {
    await passing.put({ id: 'p' });
    await storage.readTogether(async () => {
      await passing.get('p');
      expect(await passing.mark('p', 'usedAt', 1)).toBe('won');
      await passing.update('p', (doc) => ({ ...doc, count: 1 }));
      expect(read).toEqual(['p']);
      expect(await passing.mark('p', 'usedAt', 2)).toBe('lost');
    });
    await passing.put({ id: 'p' });
    read = [];
    await storage.readTogether(async () => {
      await passing.get('p');
      // As another request would, in between.
      await passing.update('p', (doc) => ({ ...doc, usedAt: 3 }));
      await passing.get('p');
      await storage.readTogether(() => passing.update('p', (doc) => ({ ...doc, note: 'n' })));
      expect(await passing.mark('p', 'usedAt', 4)).toBe('lost');
    });
    expect(await passing.get('p')).toEqual({ id: 'p', usedAt: 3, note: 'n' });
  });
});
