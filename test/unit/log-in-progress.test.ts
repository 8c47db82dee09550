import { HOUR } from '#kernel';
import { withIdentifier } from '../../src/interactions/progress.ts';
import { createProgressStore, type ProgressStore } from '../../src/interactions/progress-store.ts';
import { createRequestCopies } from '../../src/oidc/request-copies.ts';
import { createTestStorage } from '../support/credentials-world.ts';

const ADA = { normalized: 'ada@other.example', display: 'ada@other.example', domain: 'other.example' };

describe('the progress of a log-in', () => {
  let test: ReturnType<typeof createTestStorage>;
  let store: ProgressStore;
  beforeEach(async () => {
    test = createTestStorage();
    store = createProgressStore(test);
    await test.storage.open();
  });
  afterEach(() => test.storage.close());

  const open = async (browser = 'mine') => {
    const opened = await store.open('cid', browser);
    if (!opened) throw new Error('another browser’s');
    return opened;
  };
  const stored = async () =>
    (await test.collections.get('log-in-progress')?.get('cid')) as object | undefined;

  it('is written with the first change, and not by looking at a page', async () => {
    const opened = await open();
    expect(await stored()).toBeUndefined();
    await opened.save((progress) => withIdentifier(progress, ADA));
    expect(opened.current.identifier).toEqual(ADA);
    expect((await open()).current).toEqual(opened.current);
    // Nothing is sealed where there is nothing to hide.
    expect(await stored()).not.toHaveProperty('secrets');
  });

  it('keeps what two first changes at once did', async () => {
    const [one, other] = [await open(), await open()];
    await one.save((progress) => ({ ...progress, consented: true }));
    await other.save((progress) => ({ ...progress, companyId: 'acme' }));
    expect(other.current).toMatchObject({ consented: true, companyId: 'acme' });
    expect((await open()).current).toMatchObject({ consented: true, companyId: 'acme' });
  });

  it('X19 of one browser is neither shown to nor changed by another', async () => {
    const early = await open('theirs');
    const opened = await open();
    await opened.save((progress) => ({ ...progress, secrets: { totpSecret: 'of mine' } }));
    expect(await store.open('cid', 'theirs')).toBeUndefined();
    await early.save((progress) => ({ ...progress, declined: true }));
    expect((await open()).current).toMatchObject({ browser: 'mine', secrets: { totpSecret: 'of mine' } });
    expect((await open()).current).not.toHaveProperty('declined');
  });

  it('W4 a log-in that has ended is not begun again by a page of it', async () => {
    const opened = await open();
    await opened.save((progress) => withIdentifier(progress, ADA));
    await store.end('cid');
    await opened.save((progress) => ({ ...progress, consented: true }));
    expect(await stored()).toBeUndefined();
    expect(opened.current).not.toHaveProperty('identifier');
  });
});

describe('the copy of a request', () => {
  it('W4 is kept for a day by its first page, and again an hour later', async () => {
    const test = createTestStorage();
    const copies = createRequestCopies(test);
    await test.storage.open();
    await copies.keep({ uid: 'u', browser: 'b', clientId: 'c', params: {}, pushed: false });
    await copies.keepForDay('u');
    const { writes } = test.costs;
    await copies.keepForDay('u');
    expect(test.costs.writes).toBe(writes);
    test.clock.at += 23 * HOUR;
    await copies.keepForDay('u');
    test.clock.at += 23 * HOUR;
    expect(await copies.find('u', 'b')).toBeDefined();
    await test.storage.close();
  });
});
