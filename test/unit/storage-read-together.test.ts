import { createSecretBox, silentLog } from '#kernel';
import { type Collection, createStorage, type Engine, type Storage } from '#storage';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';
import { createTestClock, type Item, itemSpec, OLD_KEY } from '../contract/contract-fixture.ts';

describe('reads of one request, where a proof is a trip to a server', () => {
  let asked: number;
  let storage: Storage;
  let items: Collection<Item>;
  beforeEach(async () => {
    asked = 0;
    const clock = createTestClock();
    const engine = createSqliteEngine({ dataDir: ':memory:', clock, log: silentLog });
    const caughtUp = async () => {
      asked += 1;
      return true;
    };
    const asking: Engine = { ...engine, changes: { ...engine.changes, caughtUp } };
    const parts = { clock, secretBox: createSecretBox([OLD_KEY]), log: silentLog, elapsed: () => 0 };
    storage = createStorage(asking, parts);
    items = storage.collection({ ...itemSpec('durable'), cache: { max: 50 } });
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
});
