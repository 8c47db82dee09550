import { codeOf, createSite, type MakePlace, NEW_KEY, OLD_KEY, type Site } from './contract-fixture.ts';

export function describeSealing(makePlace: MakePlace, durability: 'durable' | 'volatile'): void {
  describe('sealed fields', () => {
    let site: Site;
    beforeEach(async () => {
      site = await createSite(makePlace, durability);
    });
    afterEach(() => site.end());

    it('X44 keeps sealed values out of everything that is stored', async () => {
      const { items } = await site.node();
      await items.insert({
        id: 'key-in-the-open',
        secret: { totp: 'JBSWY3DPEHPK3PXP' },
        note: 'note-in-the-open',
      });
      await items.update('key-in-the-open', (doc) => ({ ...doc, secret: { totp: 'NB2HI4DTHIXS653X' } }));
      expect((await items.get('key-in-the-open'))?.secret).toEqual({ totp: 'NB2HI4DTHIXS653X' });
      const dump = await site.place.dump();
      expect(dump).toContain('note-in-the-open');
      expect(dump).not.toContain('JBSWY3DPEHPK3PXP');
      expect(dump).not.toContain('NB2HI4DTHIXS653X');
    });

    it('says clearly that a sealed field cannot be opened', async () => {
      const { items } = await site.node();
      await items.insert({ id: 'a', secret: 'hidden' });
      const stranger = await site.node({ keys: [NEW_KEY] });
      expect(await codeOf(stranger.items.get('a'))).toBe('storage.sealed-unreadable');
      expect(await stranger.items.delete('a')).toBe(true);
    });

    it('seals again with the newest key, so that the old one can go', async () => {
      const before = await site.node();
      await before.items.insert({ id: 'a', secret: 'hidden', email: 'x@example' });
      await before.items.insert({ id: 'b', note: 'nothing sealed' });
      const rotating = await site.node({ keys: [NEW_KEY, OLD_KEY] });
      expect(await rotating.storage.reseal()).toBe(1);
      expect(await rotating.storage.reseal()).toBe(0);
      const after = await site.node({ keys: [NEW_KEY] });
      expect(await after.items.get('a')).toEqual({ id: 'a', secret: 'hidden', email: 'x@example' });
      expect(await codeOf(before.items.get('a'))).toBe('storage.sealed-unreadable');
    });
  });
}
