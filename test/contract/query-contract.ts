import type { FindQuery } from '#storage';
import {
  codeOf,
  createSite,
  type Item,
  type MakePlace,
  type Node,
  type Site,
  upTo,
} from './contract-fixture.ts';

export function describeQueries(makePlace: MakePlace, durability: 'durable' | 'volatile'): void {
  describe('queries', () => {
    let site: Site;
    let node: Node;
    beforeEach(async () => {
      site = await createSite(makePlace, durability);
      node = await site.node();
    });
    afterEach(() => site.end());

    const ids = (items: Item[]) => items.map((item) => item.id);
    const find = async (query: FindQuery) => ids((await node.items.find(query)).items);
    async function allPages(query: FindQuery, between = async (_page: number) => {}): Promise<string[][]> {
      const pages: string[][] = [];
      let after: string | undefined;
      do {
        const page = await node.items.find(after === undefined ? query : { ...query, after });
        pages.push(ids(page.items));
        after = page.next;
        await between(pages.length);
      } while (after !== undefined);
      return pages;
    }

    it('orders numbers by value: negative, fractional and large ones too', async () => {
      const values = [9, 10, -1, -2.5, 0, 1e15, 1_700_000_000_000, 0.5, -1e12];
      for (const at of values) await node.items.insert({ id: `n${at}`, at });
      const sorted = [...values].sort((a, b) => a - b).map((at) => `n${at}`);
      expect(await find({ index: 'byAt' })).toEqual(sorted);
      expect(await find({ index: 'byAt', reverse: true })).toEqual([...sorted].reverse());
      expect(await find({ index: 'byAt', range: { from: -1, to: 10 } })).toEqual(['n-1', 'n0', 'n0.5', 'n9']);
      expect(await find({ index: 'byAt', range: { from: 1e15 } })).toEqual(['n1000000000000000']);
      expect(await find({ index: 'byAt', range: { to: -2.5 } })).toEqual(['n-1000000000000']);
      expect(await find({ index: 'byAt', equals: [0.5] })).toEqual(['n0.5']);
    });

    it('finds by equality, then range, in the order of field and key', async () => {
      for (const at of upTo(6)) {
        await node.items.insert({ id: `k${9 - at}`, group: at % 2 ? 'odd' : 'even', at: Math.floor(at / 4) });
      }
      await node.items.insert({ id: 'no-time', group: 'even' });
      expect(await find({ index: 'byGroup', equals: ['even'] })).toEqual(['k7', 'k9', 'k5']);
      expect(await find({ index: 'byGroup', equals: ['odd'], range: { from: 1 } })).toEqual(['k4']);
      expect(await find({ index: 'byGroup', equals: ['even', 0] })).toEqual(['k7', 'k9']);
      expect(await find({ index: 'byGroup', equals: ['eve'] })).toEqual([]);
      expect(await node.items.count({ index: 'byGroup', equals: ['even'] })).toBe(3);
      expect(await node.items.count({ index: 'byGroup' })).toBe(6);
      expect(await node.items.count({ index: 'byGroup', equals: ['odd'], range: { to: 1 } })).toBe(2);
    });

    it('finds by string prefix, in the order of UTF-8', async () => {
      for (const group of ['ab', 'a', 'abc', 'b', 'ab\u{1F600}', 'abé', 'aB']) {
        await node.items.insert({ id: `g-${group}`, group, at: 1 });
      }
      expect(await find({ index: 'byGroup', prefix: 'ab' })).toEqual([
        'g-ab',
        'g-abc',
        'g-abé',
        'g-ab\u{1F600}',
      ]);
      expect(await find({ index: 'byGroup', prefix: '' })).toHaveLength(7);
      expect(await find({ index: 'byGroup', prefix: 'ab', reverse: true, limit: 2 })).toEqual([
        'g-ab\u{1F600}',
        'g-abé',
      ]);
      expect(await node.items.count({ index: 'byGroup', prefix: 'a' })).toBe(6);
    });

    it('pages by key set: stable under inserts and deletes, forwards and backwards', async () => {
      for (const at of upTo(25))
        await node.items.insert({ id: `k${String(at).padStart(2, '0')}`, group: 'g', at: at % 5 });
      const before = await find({ index: 'byGroup', equals: ['g'], limit: 1000 });
      const query = { index: 'byGroup', equals: ['g'], limit: 4 };
      const forwards = await allPages(query, async (page) => {
        await node.items.insert({ id: `early-${page}`, group: 'g', at: -1 });
      });
      expect(forwards.map((page) => page.length)).toEqual([4, 4, 4, 4, 4, 4, 1]);
      expect(forwards.flat()).toEqual(before);
      const backwards = await allPages({ ...query, range: { from: 0 }, reverse: true }, async (page) => {
        if (page === 1) await node.items.delete(before.at(-1) as string);
      });
      expect(backwards.flat()).toEqual([...before].reverse());
    });

    it('says exactly when a page is the last', async () => {
      for (const at of upTo(4)) await node.items.insert({ id: `k${at}`, at });
      expect((await node.items.find({ index: 'byAt', limit: 4 })).next).toBeUndefined();
      expect((await node.items.find({ index: 'byAt', limit: 3 })).next).toBeDefined();
      expect(await allPages({ index: 'byAt', limit: 2 })).toEqual([
        ['k0', 'k1'],
        ['k2', 'k3'],
      ]);
    });

    it('refuses a cursor that is not one', async () => {
      await node.items.insert({ id: 'a', at: 1 });
      const bad = [{ $gt: '' }, 'a'].map((value) =>
        Buffer.from(JSON.stringify([value, 'a'])).toString('base64url'),
      );
      for (const after of ['nonsense', bad[0] as string, Buffer.from('["a"]').toString('base64url')]) {
        expect(await codeOf(node.items.find({ index: 'byAt', after }))).toBe('storage.bad-cursor');
      }
      expect(await codeOf(node.items.find({ index: 'undeclared' }))).toContain('declares no index');
    });

    it('finds by each value of a list, each document once', async () => {
      await node.items.insert({ id: 'a', group: 'g', tags: ['red', 'rose', 'blue'] });
      await node.items.insert({ id: 'b', group: 'g', tags: ['rose', 'rose'] });
      await node.items.insert({ id: 'c', group: 'h', tags: ['blue'] });
      await node.items.insert({ id: 'd', group: 'g', tags: [] });
      expect(await find({ index: 'byTag', equals: ['rose'] })).toEqual(['a', 'b']);
      expect(await find({ index: 'byTag', prefix: 'r' })).toEqual(['a', 'b']);
      expect(await allPages({ index: 'byTag', limit: 1 })).toEqual([['a'], ['c'], ['b']]);
      expect((await allPages({ index: 'byTag', limit: 1, reverse: true })).flat()).toEqual(['b', 'a', 'c']);
      expect(await find({ index: 'byGroupTag', equals: ['g'], prefix: 'r' })).toEqual(['a', 'b']);
      expect(await find({ index: 'byGroupTag', equals: ['g', 'blue'] })).toEqual(['a']);
      expect(await node.items.count({ index: 'byTag', prefix: 'r' })).toBe(2);
      await node.items.update('a', (doc) => ({ ...doc, tags: ['green'] }));
      expect(await find({ index: 'byTag', equals: ['rose'] })).toEqual(['b']);
      expect(await find({ index: 'byTag', prefix: 'g' })).toEqual(['a']);
      expect(await node.items.deleteWhere({ index: 'byTag', equals: ['blue'] })).toBe(1);
      expect(await find({ index: 'byTag' })).toEqual(['a', 'b']);
    });

    it('follows a document through its index when it changes', async () => {
      await node.items.insert({ id: 'a', group: 'old', at: 1 });
      await node.items.put({ id: 'a', group: 'new', at: 2 });
      expect([
        await find({ index: 'byGroup', equals: ['old'] }),
        await find({ index: 'byGroup', equals: ['new'] }),
      ]).toEqual([[], ['a']]);
      await node.items.update('a', ({ group: _, ...doc }) => doc);
      expect(await node.items.count({ index: 'byGroup' })).toBe(0);
      expect(await find({ index: 'byAt' })).toEqual(['a']);
      await node.items.consume('a');
      expect(await find({ index: 'byAt' })).toEqual([]);
    });
  });
}
