import type { Emission } from '#storage';
import {
  createSite,
  itemSpec,
  type MakePlace,
  NEW_KEY,
  type Node,
  OLD_KEY,
  type Site,
  upTo,
} from './contract-fixture.ts';

const emission = (id: string): Emission => ({ id, topic: 'mail', payload: { text: `payload-of-${id}` } });

export function describeEmissions(makePlace: MakePlace): void {
  describe('emissions', () => {
    let site: Site;
    let node: Node;
    beforeEach(async () => {
      site = await createSite(makePlace);
      node = await site.node();
    });
    afterEach(() => site.end());

    async function drain(from: Node = node, limit?: number): Promise<string[]> {
      const seen: string[] = [];
      await from.storage.drainEmissions(async ({ id }) => void seen.push(id), limit);
      return seen;
    }

    it('are delivered once, oldest first, with their payload, and announced', async () => {
      let announced = 0;
      node.storage.onEmission(() => announced++);
      await node.items.insert({ id: 'a' }, { emit: [emission('e1'), emission('e2')] });
      await node.items.put({ id: 'a', count: 1 }, { emit: [emission('e3')] });
      await node.items.update('a', (doc) => ({ ...doc, count: 2 }), {
        emit: (next) => [emission(`e4-${next.count}`)],
      });
      await node.items.insert({ id: 'b' });
      expect(announced).toBe(3);
      const seen: Emission[] = [];
      expect(await node.storage.drainEmissions(async (one) => void seen.push(one))).toBe(4);
      expect(seen).toEqual(['e1', 'e2', 'e3', 'e4-2'].map(emission));
      expect(await drain()).toEqual([]);
      expect(await node.items.get('a')).toEqual({ id: 'a', count: 2 });
    });

    it('are not written when the change is refused', async () => {
      await node.items.insert({ id: 'a' });
      await expect(node.items.insert({ id: 'a' }, { emit: [emission('e1')] })).rejects.toThrow();
      await node.items.update('a', () => undefined, { emit: () => [emission('e2')] });
      await node.items.update('nobody', (doc) => doc, { emit: () => [emission('e3')] });
      expect(await drain()).toEqual([]);
    });

    it('outlive their document, its expiry and a restart', async () => {
      const expiresAt = site.clock.now() + 1000;
      await node.items.insert({ id: 'deleted' }, { emit: [emission('e1')] });
      await node.items.delete('deleted');
      await node.items.insert({ id: 'consumed', group: 'g', at: 1 }, { emit: [emission('e2')] });
      await node.items.consume('consumed');
      await node.items.insert({ id: 'dropped', group: 'g', at: 1 }, { emit: [emission('e3')] });
      await node.items.deleteWhere({ index: 'byGroup', equals: ['g'] });
      await node.items.insert({ id: 'expired', email: 'x@example', expiresAt }, { emit: [emission('e4')] });
      site.clock.advance(1000);
      await node.storage.sweep();
      await node.items.insert({ id: 'deleted', email: 'x@example' }, { emit: [emission('e5')] });
      expect(await node.items.getMany(['deleted', 'consumed', 'dropped', 'expired'])).toHaveLength(1);
      await node.storage.close();
      expect((await drain(await site.node())).sort()).toEqual(['e1', 'e2', 'e3', 'e4', 'e5']);
    });

    it('come again after a failed delivery, later and later, without holding up others', async () => {
      await node.items.insert({ id: 'a' }, { emit: [emission('bad'), emission('good')] });
      const tried: string[] = [];
      const failing = async ({ id }: Emission) => {
        tried.push(id);
        if (id === 'bad') throw new Error('no delivery');
      };
      expect(await node.storage.drainEmissions(failing)).toBe(1);
      expect(await node.storage.drainEmissions(failing)).toBe(0);
      expect(tried).toEqual(['bad', 'good', 'bad']);
      expect(await drain()).toEqual([]);
      site.clock.advance(1000);
      expect(await drain()).toEqual(['bad']);
    });

    it('are not doubled by drainers at once, and come again when a drainer dies', async () => {
      for (const at of upTo(30)) await node.items.insert({ id: `a${at}` }, { emit: [emission(`e${at}`)] });
      const other = await site.node();
      // Each with a lease of its own end, so that a lease taken twice would show.
      const drainLater = (one: Node) => {
        site.clock.advance(1);
        return drain(one);
      };
      const seen = (await Promise.all([node, other, node, other].map(drainLater))).flat();
      expect(seen.sort()).toEqual(
        upTo(30)
          .map((at) => `e${at}`)
          .sort(),
      );

      await node.items.insert({ id: 'b' }, { emit: [emission('left')] });
      let started = () => {};
      const start = new Promise<void>((resolve) => {
        started = resolve;
      });
      let die = (_: Error) => {};
      const stuck = node.storage.drainEmissions(() => {
        started();
        return new Promise((_, reject) => {
          die = reject;
        });
      });
      await start;
      expect(await drain(other)).toEqual([]);
      site.clock.advance(60_000);
      expect(await drain(other)).toEqual(['left']);
      die(new Error('too late'));
      await stuck;
      expect(await drain(other)).toEqual([]);
    });

    it('X44 are sealed at rest, and sealed again with the newest key', async () => {
      await node.items.insert({ id: 'a' }, { emit: [emission('e1')] });
      expect(await site.place.dump()).not.toContain('payload-of-e1');
      const rotating = await site.node({ keys: [NEW_KEY, OLD_KEY] });
      expect(await rotating.storage.reseal()).toBe(1);
      expect(await drain(await site.node({ keys: [NEW_KEY] }))).toEqual(['e1']);
    });

    it('take part of a long queue', async () => {
      for (const at of upTo(5)) await node.items.insert({ id: `a${at}` }, { emit: [emission(`e${at}`)] });
      expect(await drain(node, 3)).toHaveLength(3);
      expect(await drain()).toHaveLength(2);
    });

    it('are refused on volatile collections', async () => {
      const { items } = await site.node({ spec: itemSpec('volatile') });
      await expect(items.insert({ id: 'a' }, { emit: [emission('e1')] })).rejects.toThrow(
        "volatile and can't emit",
      );
    });
  });
}
