import { type ChangeNotice, ConflictError } from '#storage';
import { codeOf, createSite, type Item, type MakePlace, type Node, type Site } from './contract-fixture.ts';

export function describeVerbs(makePlace: MakePlace, durability: 'durable' | 'volatile'): void {
  describe('verbs', () => {
    let site: Site;
    let node: Node;
    beforeEach(async () => {
      site = await createSite(makePlace, durability);
      node = await site.node();
    });
    afterEach(() => site.end());

    it('returns what was inserted, unicode, dots and dollars included', async () => {
      const note = { 'a.b': { $ne: '' }, $where: ['é', '日本', '👩‍🚀', '"\\'], nested: [null, true, 1.5] };
      await node.items.insert({ id: 'jürgen.$x/👩‍🚀', note });
      expect(await node.items.get('jürgen.$x/👩‍🚀')).toEqual({ id: 'jürgen.$x/👩‍🚀', note });
      expect(await node.items.get('jürgen')).toBeUndefined();
    });

    it('refuses a second document with the same key and keeps the first', async () => {
      await node.items.insert({ id: 'a', count: 1 });
      await expect(node.items.insert({ id: 'a', count: 2 })).rejects.toMatchObject({
        constraint: 'key',
        status: 409,
      });
      expect(await node.items.insertIfAbsent({ id: 'a', count: 3 })).toBe(false);
      expect(await node.items.insertIfAbsent({ id: 'b', count: 3 })).toBe(true);
      expect(await node.items.get('a')).toEqual({ id: 'a', count: 1 });
    });

    it('refuses a unique value of another document in every writing verb', async () => {
      const { items } = node;
      await items.insert({ id: 'a', email: 'x@example' });
      await items.insert({ id: 'b' });
      await items.insert({ id: 'c' });
      const again: Item = { id: 'd', email: 'x@example' };
      await expect(items.insert(again)).rejects.toMatchObject({ constraint: 'email' });
      await expect(items.insertIfAbsent(again)).rejects.toBeInstanceOf(ConflictError);
      await expect(items.put(again)).rejects.toMatchObject({ constraint: 'email' });
      await expect(items.update('b', (doc) => ({ ...doc, email: 'x@example' }))).rejects.toMatchObject({
        constraint: 'email',
      });
      expect([await items.get('b'), await items.get('d')]).toEqual([{ id: 'b' }, undefined]);
      await items.put({ id: 'a', email: 'y@example' });
      await items.insert(again);
      await items.delete('d');
      await items.insert({ id: 'e', email: 'x@example' });
    });

    it('replaces as a whole with put', async () => {
      await node.items.put({ id: 'a', count: 1, note: 'gone' });
      await node.items.put({ id: 'a', count: 2 });
      expect(await node.items.get('a')).toEqual({ id: 'a', count: 2 });
    });

    it('gets many in the order asked, without the missing ones', async () => {
      for (const id of ['a', 'b', 'c']) await node.items.insert({ id });
      const found = await node.items.getMany(['c', 'nobody', 'a', 'c']);
      expect(found.map((item) => item.id)).toEqual(['c', 'a', 'c']);
      expect(await node.items.getMany([])).toEqual([]);
    });

    it('updates what is there and leaves what the change leaves', async () => {
      await node.items.insert({ id: 'a', count: 1 });
      expect(await node.items.update('a', (doc) => ({ ...doc, count: 2 }))).toEqual({ id: 'a', count: 2 });
      expect(await node.items.update('a', () => undefined)).toBeUndefined();
      expect(await node.items.update('nobody', (doc) => doc)).toBeUndefined();
      await expect(node.items.update('a', (doc) => ({ ...doc, id: 'b' }))).rejects.toThrow(
        'must keep its key',
      );
      expect(await node.items.get('a')).toEqual({ id: 'a', count: 2 });
    });

    it('marks once, and says missing for what is not there', async () => {
      await node.items.insert({ id: 'a' });
      expect(await node.items.mark('a', 'usedAt', 5)).toBe('won');
      expect(await node.items.mark('a', 'usedAt', 6)).toBe('lost');
      expect(await node.items.mark('nobody', 'usedAt', 6)).toBe('missing');
      expect(await node.items.get('a')).toEqual({ id: 'a', usedAt: 5 });
    });

    it('counts up to the limit, from the initial document', async () => {
      const step = () =>
        node.items.increment('a', 'count', { by: 2, limit: 5, initial: { id: 'a', count: 1 } });
      expect([await step(), await step(), await step()]).toEqual([
        { allowed: true, value: 3 },
        { allowed: true, value: 5 },
        { allowed: false, value: 5 },
      ]);
      expect(await node.items.increment('nobody', 'count', {})).toEqual({ allowed: false, value: 0 });
    });

    it('deletes one, and by index', async () => {
      for (const id of ['a', 'b', 'c', 'd'])
        await node.items.insert({ id, group: id < 'c' ? 'x' : 'y', at: 1 });
      expect([await node.items.delete('d'), await node.items.delete('d')]).toEqual([true, false]);
      expect(await node.items.deleteWhere({ index: 'byGroup', equals: ['x'] })).toBe(2);
      expect((await node.items.find({ index: 'byAt' })).items.map((item) => item.id)).toEqual(['c']);
    });

    it('never shows an expired document to any verb, swept or not', async () => {
      const { items } = node;
      const expiresAt = site.clock.now() + 1000;
      const old: Item = { id: 'a', email: 'x@example', group: 'g', at: 1, tags: ['t'], expiresAt };
      await items.insert(old);
      site.clock.advance(999);
      expect(await items.get('a')).toEqual(old);
      site.clock.advance(1);
      expect([await items.get('a'), await items.consume('a')]).toEqual([undefined, undefined]);
      expect([await items.getMany(['a']), await items.delete('a')]).toEqual([[], false]);
      expect(await items.count({ index: 'byGroup', equals: ['g'] })).toBe(0);
      expect(await items.find({ index: 'byTag', equals: ['t'] })).toEqual({ items: [] });
      expect(await items.deleteWhere({ index: 'byGroup', equals: ['g'] })).toBe(0);
      expect(await items.mark('a', 'usedAt', 1)).toBe('missing');
      expect(await items.touch('a', expiresAt + 9999)).toBe(false);
      expect(await items.update('a', (doc) => doc)).toBeUndefined();
      await node.storage.sweep();
      expect(await items.get('a')).toBeUndefined();
    });

    it('frees key and unique value of an expired document', async () => {
      const { items, storage } = node;
      const expiresAt = site.clock.now() + 1000;
      await items.insert({ id: 'a', email: 'x@example', group: 'old', at: 1, expiresAt });
      await items.insert({ id: 'b', email: 'y@example', expiresAt });
      site.clock.advance(1000);
      await items.insert({ id: 'a', email: 'z@example' });
      await items.insert({ id: 'c', email: 'y@example' });
      await storage.sweep();
      expect(await items.getMany(['a', 'b', 'c'])).toEqual([
        { id: 'a', email: 'z@example' },
        { id: 'c', email: 'y@example' },
      ]);
      expect(await items.count({ index: 'byGroup', equals: ['old'] })).toBe(0);
    });

    it('moves the expiry with touch', async () => {
      await node.items.insert({ id: 'a', expiresAt: site.clock.now() + 1000 });
      expect(await node.items.touch('a', site.clock.now() + 5000)).toBe(true);
      site.clock.advance(4999);
      expect(await node.items.get('a')).toBeDefined();
      site.clock.advance(1);
      expect(await node.items.get('a')).toBeUndefined();
    });

    it('keeps its data over a restart', async () => {
      await node.items.insert({ id: 'a', email: 'x@example', tags: ['t'], secret: 's' });
      await node.storage.close();
      const after = await site.node();
      expect(await after.items.get('a')).toEqual({ id: 'a', email: 'x@example', tags: ['t'], secret: 's' });
      expect(await codeOf(after.items.insert({ id: 'b', email: 'x@example' }))).toBe('storage.conflict');
    });

    it('X40 refuses operators and other objects as keys and values', async () => {
      await node.items.insert({ id: 'a', email: 'x@example', group: 'g', at: 1 });
      const { items } = node;
      const objects: unknown[] = [{ $ne: '' }, { $gt: '' }, ['a'], null, true, undefined, 'a\0b', Number.NaN];
      for (const bad of objects as string[]) {
        expect(await codeOf(items.get(bad))).toBe('storage.bad-key');
        expect(await codeOf(items.consume(bad))).toBe('storage.bad-key');
        expect(await codeOf(items.update(bad, (doc) => doc))).toBe('storage.bad-key');
        expect(await codeOf(items.getMany([bad]))).toBe('storage.bad-key');
        expect(await codeOf(items.find({ index: 'byGroup', equals: [bad] }))).toBe('storage.bad-key');
        expect(await codeOf(items.deleteWhere({ index: 'byGroup', equals: [bad] }))).toBe('storage.bad-key');
      }
      const operator = { $gt: '' } as unknown as string;
      expect(await codeOf(items.find({ index: 'byGroup', prefix: operator }))).toBe('storage.bad-key');
      expect(await codeOf(items.find({ index: 'byAt', range: { from: operator } }))).toBe('storage.bad-key');
      expect(await codeOf(items.insert({ id: 'b', email: operator }))).toBe('storage.invalid-document');
      expect(await items.get('a')).toBeDefined();
    });

    it('tells a watching node of writes by itself and by others', async () => {
      const seen: ChangeNotice[] = [];
      let wake = () => {};
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const watcher = await site.node();
      watcher.storage.watch([`${durability}-items`], (notice) => {
        seen.push(notice);
        if (notice.key === 'theirs') wake();
      });
      await watcher.items.insert({ id: 'mine' });
      expect(seen).toEqual([{ collection: `${durability}-items`, key: 'mine' }]);
      // The writer must first learn that somebody watches.
      const writer = await site.node();
      await writer.items.insert({ id: 'theirs' });
      await woken;
      expect(seen.filter((notice) => notice.key === 'mine')).toHaveLength(1);
    });
  });
}
