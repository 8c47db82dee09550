import {
  createSite,
  type Item,
  itemSpec,
  type MakePlace,
  type Node,
  type Site,
  upTo,
} from './contract-fixture.ts';

const CACHED = {
  ...itemSpec('durable'),
  cache: { max: 50, absent: true, find: ['byGroup', 'byAt'] },
};

/** Copies in memory, on two nodes: nobody may ever see what was true before a change that has been acknowledged. */
export function describeCache(makePlace: MakePlace): void {
  describe('copies of two nodes', () => {
    let site: Site;
    let a: Node;
    let b: Node;
    beforeEach(async () => {
      site = await createSite(makePlace, 'durable');
      a = await site.node({ spec: CACHED });
      b = await site.node({ spec: CACHED });
    });
    afterEach(() => site.end());
    const both = (read: (node: Node) => Promise<unknown>) => Promise.all([read(a), read(b)]);
    const twice = (value: unknown) => [value, value];

    it('X8 shows every verb’s change to both nodes at once', async () => {
      const get = () => both((node) => node.items.get('k'));
      expect(await get()).toEqual(twice(undefined));
      await a.items.insert({ id: 'k', count: 0 });
      expect(await get()).toEqual(twice({ id: 'k', count: 0 }));
      await b.items.put({ id: 'k', count: 1 });
      expect(await get()).toEqual(twice({ id: 'k', count: 1 }));
      await a.items.update('k', (doc) => ({ ...doc, note: 'n' }));
      expect(await get()).toEqual(twice({ id: 'k', count: 1, note: 'n' }));
      await b.items.increment('k', 'count', {});
      expect(await get()).toEqual(twice({ id: 'k', count: 2, note: 'n' }));
      await a.items.mark('k', 'usedAt', 5);
      expect(await get()).toEqual(twice({ id: 'k', count: 2, note: 'n', usedAt: 5 }));
      await b.items.delete('k');
      expect(await get()).toEqual(twice(undefined));
      expect(await a.items.insertIfAbsent({ id: 'k', group: 'g', at: 1 })).toBe(true);
      expect(await get()).toEqual(twice({ id: 'k', group: 'g', at: 1 }));
      await b.items.deleteWhere({ index: 'byGroup', equals: ['g'] });
      expect(await get()).toEqual(twice(undefined));
    });

    it('X8 shows documents that come into, leave and change within an index result', async () => {
      const query = { index: 'byGroup', equals: ['g', 1] };
      const find = () =>
        both(async (node) => (await node.items.find(query)).items.map(({ id, note }) => [id, note]));
      expect(await find()).toEqual(twice([]));
      await a.items.insert({ id: 'one', group: 'g', at: 1 });
      expect(await find()).toEqual(twice([['one', undefined]]));
      await b.items.insert({ id: 'two', group: 'h', at: 1 });
      await b.items.update('two', (doc) => ({ ...doc, group: 'g' }));
      await a.items.update('one', (doc) => ({ ...doc, note: 'new' }));
      expect(await find()).toEqual(
        twice([
          ['one', 'new'],
          ['two', undefined],
        ]),
      );
      await b.items.update('one', (doc) => ({ ...doc, at: 2 }));
      // Kept again, but no longer in the result.
      await both((node) => node.items.get('one'));
      expect(await find()).toEqual(twice([['two', undefined]]));
      await a.items.delete('two');
      expect(await find()).toEqual(twice([]));
    });

    it('answers in the asked order and size from copies too', async () => {
      for (const id of ['x', 'y', 'z']) await a.items.insert({ id, at: 7 });
      const ids = async (options: object) =>
        (await a.items.find({ index: 'byAt', equals: [7], ...options })).items.map(({ id }) => id);
      for (const _ of upTo(2)) {
        expect(await ids({})).toEqual(['x', 'y', 'z']);
        expect(await ids({ reverse: true })).toEqual(['z', 'y', 'x']);
        expect(await ids({ limit: 2 })).toEqual(['x', 'y']);
      }
    });

    it('never returns an expired copy, nor calls its key vacant once another node wrote it', async () => {
      const expiresAt = site.clock.now() + 1000;
      await a.items.insert({ id: 'k', at: 3, expiresAt });
      await both((node) => node.items.find({ index: 'byAt', equals: [3] }));
      site.clock.advance(1000);
      expect(await both((node) => node.items.get('k'))).toEqual(twice(undefined));
      expect(
        await both(async (node) => (await node.items.find({ index: 'byAt', equals: [3] })).items),
      ).toEqual(twice([]));
      await b.items.insert({ id: 'k', at: 4 });
      expect(await both((node) => node.items.get('k'))).toEqual(twice({ id: 'k', at: 4 }));
    });

    it('hands out frozen copies', async () => {
      await a.items.insert({ id: 'k', tags: ['t'], secret: { deep: 1 } });
      for (const _ of upTo(2)) {
        const doc = (await a.items.get('k')) as Item;
        expect(() => doc.tags?.push('u')).toThrow(TypeError);
        expect(doc.secret).toEqual({ deep: 1 });
      }
    });

    it('shows no older state to anybody who reads after an acknowledgement, under many writers', async () => {
      await a.items.insert({ id: 'k', count: 0, at: 1 });
      let acknowledged = 0;
      let done = false;
      const seen: string[] = [];
      const reader = async (node: Node) => {
        while (!done) {
          const known = acknowledged;
          const got = (await node.items.get('k'))?.count ?? -1;
          const alsoKnown = acknowledged;
          const found = (await node.items.find({ index: 'byAt', equals: [1] })).items[0]?.count ?? -1;
          if (got < known || found < alsoKnown)
            seen.push(`${got} and ${found} after ${known} and ${alsoKnown}`);
          await new Promise(setImmediate);
        }
      };
      const writer = async (node: Node) => {
        for (const _ of upTo(40)) {
          const { value } = await node.items.increment('k', 'count', {});
          acknowledged = Math.max(acknowledged, value);
        }
      };
      const readers = [a, b, a, b].map(reader);
      await Promise.all([a, b].map(writer));
      done = true;
      await Promise.all(readers);
      expect(seen).toEqual([]);
      expect(await both(async (node) => (await node.items.get('k'))?.count)).toEqual([80, 80]);
    });

    it('tells one winner and refuses by what is true now, not by a copy', async () => {
      await a.items.insert({ id: 'k' });
      await both((node) => node.items.get('k'));
      const told = await Promise.all(upTo(10).map((at) => (at % 2 ? a : b).items.mark('k', 'usedAt', at)));
      expect(told.filter((one) => one === 'won')).toHaveLength(1);
      await b.items.update('k', ({ usedAt: _, ...doc }) => doc);
      expect(await a.items.mark('k', 'usedAt', 1)).toBe('won');
      const asked: unknown[] = [];
      await b.items.update('k', (doc) => {
        asked.push(doc.usedAt);
        if (doc.usedAt === undefined) throw new Error('refused by an old copy');
        return undefined;
      });
      expect(asked.at(-1)).toBe(1);
    });

    it('X8 shows one request what was acknowledged before it came, before its last write, and when asked what is latest', async () => {
      await a.items.insert({ id: 'k', count: 0 });
      await a.items.insert({ id: 'own' });
      const counts: unknown[] = [];
      const look = async (options?: { latest: boolean }) =>
        counts.push((await b.items.get('k', options))?.count);
      const raise = () => a.items.increment('k', 'count', {});
      await look();
      await raise();
      await b.storage.readTogether(async () => {
        await look();
        await raise();
        await look({ latest: true });
        await raise();
        await b.items.update('own', (doc) => ({ ...doc, note: 'written' }));
        await look();
        await raise();
        // Refused writes are followed by a look, too.
        expect(await b.items.insertIfAbsent({ id: 'own' })).toBe(false);
        await look();
      });
      expect(counts).toEqual([0, 1, 2, 3, 4]);
    });

    it('stays true with more documents than it keeps', async () => {
      for (const at of upTo(120)) await a.items.insert({ id: `k${at}`, count: at });
      for (const at of upTo(120)) await b.items.get(`k${at}`);
      for (const at of upTo(120)) await a.items.put({ id: `k${at}`, count: at + 1 });
      for (const at of upTo(120)) expect((await b.items.get(`k${at}`))?.count).toBe(at + 1);
    });
  });
}
