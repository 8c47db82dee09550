import type { CollectionSpec } from '#storage';
import { codeOf, createSite, type Item, itemSpec, type MakePlace, type Site } from './contract-fixture.ts';

export function describeEvolution(makePlace: MakePlace, durability: 'durable' | 'volatile'): void {
  describe('evolution', () => {
    let site: Site;
    beforeEach(async () => {
      site = await createSite(makePlace, durability);
    });
    afterEach(() => site.end());

    const first = itemSpec(durability);
    const third: CollectionSpec<Item> = {
      ...first,
      version: 3,
      migrations: {
        1: ({ note, ...doc }) => ({ ...doc, group: note }),
        2: (doc) => ({ ...doc, at: 1, tags: [`moved-${doc['group']}`], secret: `${doc['secret']}!` }),
      },
    };

    it('migrates on read, step by step, sealed fields opened', async () => {
      const old = await site.node();
      await old.items.insert({ id: 'a', note: 'g', secret: 's' });
      const next = await site.node({ spec: third });
      const migrated = { id: 'a', group: 'g', at: 1, tags: ['moved-g'], secret: 's!' };
      expect(await next.items.get('a')).toEqual(migrated);
      expect(await next.items.update('a', (doc) => ({ ...doc, count: 1 }))).toEqual({
        ...migrated,
        count: 1,
      });
      expect(await next.items.get('a')).toEqual({ ...migrated, count: 1 });
    });

    it('rewrites all older documents with migrate, index entries included', async () => {
      const old = await site.node();
      for (const id of ['a', 'b', 'c']) await old.items.insert({ id, note: 'g' });
      const next = await site.node({ spec: third });
      await next.items.put({ id: 'c', group: 'g', at: 1 });
      expect(await next.items.count({ index: 'byGroup', equals: ['g'] })).toBe(1);
      expect(await next.storage.migrate()).toEqual({ [first.name]: 2 });
      expect(await next.storage.migrate()).toEqual({ [first.name]: 0 });
      expect(await next.items.count({ index: 'byGroup', equals: ['g'] })).toBe(3);
      expect(await next.items.count({ index: 'byTag', equals: ['moved-g'] })).toBe(2);
    });

    it('fills an index that is declared later, and forgets one that is no longer declared', async () => {
      const old = await site.node({ spec: { ...first, index: {} } });
      await old.items.insert({ id: 'a', group: 'g', at: 2, tags: ['t', 'u'] });
      await old.items.insert({ id: 'b', group: 'g', at: 1, email: 'x@example' });
      await old.storage.close();
      const next = await site.node({ spec: { ...first, unique: {} } });
      const found = await next.items.find({ index: 'byGroup', equals: ['g'] });
      expect(found.items.map((item) => item.id)).toEqual(['b', 'a']);
      expect(await next.items.count({ index: 'byTag', equals: ['u'] })).toBe(1);
      await next.items.insert({ id: 'c', email: 'x@example' });
      expect(await codeOf(next.items.insert({ id: 'c' }))).toBe('storage.conflict');
    });

    it('refuses declarations that cannot work', async () => {
      const tried = (change: Partial<CollectionSpec<Item>>) => site.node({ spec: { ...first, ...change } });
      await expect(tried({ name: 'Not Kebab' })).rejects.toThrow('kebab-case');
      await expect(tried({ index: { bySecret: ['secret'] } })).rejects.toThrow('sealed');
      await expect(tried({ unique: { tags: ['tags'] } })).rejects.toThrow('list');
    });
  });
}
