import { createSite, type MakePlace, type Node, type Site, upTo } from './contract-fixture.ts';

/** Two nodes on the same data, as two processes would be. */
export function describeRaces(makePlace: MakePlace, durability: 'durable' | 'volatile'): void {
  describe('races of two nodes', () => {
    let site: Site;
    let nodes: [Node, Node];
    const node = (at: number) => nodes[at % 2] as Node;
    beforeEach(async () => {
      site = await createSite(makePlace, durability);
      nodes = [await site.node(), await site.node()];
    });
    afterEach(() => site.end());

    it('loses none of 100 concurrent updates', async () => {
      await node(0).items.insert({ id: 'a', count: 0, tags: [] });
      await Promise.all(
        upTo(100).map((at) =>
          node(at).items.update('a', (doc) => ({
            ...doc,
            count: (doc.count ?? 0) + 1,
            tags: [...(doc.tags ?? []), `writer-${at}`],
          })),
        ),
      );
      const after = await node(0).items.get('a');
      expect(after?.count).toBe(100);
      expect(new Set(after?.tags).size).toBe(100);
      expect(await node(1).items.count({ index: 'byTag', prefix: 'writer-' })).toBe(1);
    });

    it('gives a document to one of 50 consumers', async () => {
      await node(0).items.insert({ id: 'a', secret: 'code' });
      const got = await Promise.all(upTo(50).map((at) => node(at).items.consume('a')));
      expect(got.filter((doc) => doc !== undefined)).toEqual([{ id: 'a', secret: 'code' }]);
    });

    it('inserts a key once, and a unique value once', async () => {
      const keys = await Promise.all(
        upTo(20).map((at) => node(at).items.insertIfAbsent({ id: 'a', count: at })),
      );
      expect(keys.filter(Boolean)).toHaveLength(1);
      const mails = await Promise.allSettled(
        upTo(20).map((at) => node(at).items.insert({ id: `m${at}`, email: 'x@example' })),
      );
      expect(mails.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    });

    it('never lets a guarded counter beyond its limit', async () => {
      const options = { limit: 7, initial: { id: 'a', count: 0, expiresAt: site.clock.now() + 60_000 } };
      const results = await Promise.all(
        upTo(40).map((at) => node(at).items.increment('a', 'count', options)),
      );
      expect(
        results
          .filter((one) => one.allowed)
          .map((one) => one.value)
          .sort(),
      ).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect((await node(0).items.get('a'))?.count).toBe(7);
    });

    it('tells one of 30 markers that it won', async () => {
      await node(0).items.insert({ id: 'a' });
      const told = await Promise.all(upTo(30).map((at) => node(at).items.mark('a', 'usedAt', at)));
      expect(told.filter((one) => one === 'won')).toHaveLength(1);
      expect((await node(1).items.get('a'))?.usedAt).toBe(told.indexOf('won'));
    });

    it('never leases one document to two claimers; an expired lease is taken again with a higher fence', async () => {
      const now = site.clock.now();
      for (const at of upTo(20)) await node(0).items.insert({ id: `job-${at}`, at: now - at, fence: 0 });
      await node(0).items.insert({ id: 'later', at: now + 5000, fence: 0 });
      const claim = (by: number, limit = 7) =>
        node(by).items.claim({ index: 'byAt', dueField: 'at', fenceField: 'fence', leaseMs: 1000, limit });
      const first = (await Promise.all(upTo(6).map((at) => claim(at)))).flat().map((doc) => doc.id);
      expect(new Set(first).size).toBe(first.length);
      expect(first.length).toBeGreaterThanOrEqual(7);
      const rest = (await Promise.all([claim(0, 100), claim(1, 100)])).flat().map((doc) => doc.id);
      expect([...first, ...rest].sort()).toEqual(
        upTo(20)
          .map((at) => `job-${at}`)
          .sort(),
      );
      expect(await claim(0, 100)).toEqual([]);
      site.clock.advance(1000);
      const again = await claim(1, 100);
      expect(again).toHaveLength(20);
      expect(again.every((doc) => doc.fence === 2)).toBe(true);
    });
  });
}
