import type { Adapter } from 'oidc-provider';
import { createSecretBox, silentLog, systemRandomness } from '#kernel';
import { createStorage, type Storage } from '#storage';
import { createAdapterFactory } from '../../src/oidc/adapter.ts';
import { createIssuedTogether } from '../../src/oidc/issued-together.ts';
import { declareModels, type ModelCollections } from '../../src/oidc/model-store.ts';
import {
  createTestClock,
  type MakePlace,
  OLD_KEY,
  type Place,
  type TestClock,
  upTo,
} from './contract-fixture.ts';

const GRACE_MS = 10_000;
const MODELS = [
  'Session',
  'Grant',
  'RefreshToken',
  'AccessToken',
  'ClientCredentials',
  'AuthorizationCode',
  'Interaction',
  'PushedAuthorizationRequest',
  'ReplayDetection',
];
const REDEEMED = ['AuthorizationCode', 'PushedAuthorizationRequest'];
const OF_A_GRANT = ['AuthorizationCode', 'AccessToken', 'RefreshToken'];
const SEALED = ['Interaction', 'PushedAuthorizationRequest'];

/** What the protocol library relies on, on any engine. */
export function describeAdapterContract(engine: string, makePlace: MakePlace): void {
  describe(`adapter of the protocol library on ${engine}`, () => {
    let place: Place;
    let clock: TestClock;
    let storage: Storage;
    let models: ModelCollections;
    let adapterOf: (model: string) => Adapter;
    let epoch: number | undefined;
    beforeAll(async () => {
      place = await makePlace();
      clock = createTestClock();
      const secretBox = createSecretBox([OLD_KEY]);
      storage = createStorage(place.engine(clock), { clock, secretBox, log: silentLog });
      models = declareModels(storage);
      const factory = createAdapterFactory({
        issued: createIssuedTogether(),
        models,
        clock,
        randomness: systemRandomness,
        refreshGraceMs: GRACE_MS,
        clientMetadata: async (id) => (id === 'known' ? { client_id: 'known' } : undefined),
        currentEpoch: async () => epoch,
      });
      adapterOf = (model) => factory(model);
      await storage.open();
    });
    afterAll(async () => {
      await storage.close();
      await place.remove();
    });
    beforeEach(() => {
      epoch = 1;
    });

    const freshId = () => systemRandomness.token();
    const uidOf = (id: string) => `uid-${id.slice(0, 12)}`;
    /** A document of any model, as the library writes it. */
    const payloadOf = (jti: string, more: object = {}) => ({
      jti,
      kind: 'any',
      accountId: 'ada',
      uid: uidOf(jti),
      epoch: 1,
      text: 'what was asked',
      ...more,
    });
    async function stored(model: string, more: object = {}) {
      const id = freshId();
      await adapterOf(model).upsert(id, payloadOf(id, more), 600);
      return id;
    }
    const outcomes = async (tries: Promise<unknown>[]) =>
      (await Promise.allSettled(tries)).map(({ status }) => status).sort();

    describe.each(MODELS)('%s', (model) => {
      it('is found as it was written, until its time is over or it is destroyed', async () => {
        const [kept, destroyed] = [await stored(model), await stored(model)];
        expect(await adapterOf(model).find(kept)).toEqual(payloadOf(kept));
        await adapterOf(model).destroy(destroyed);
        expect(await adapterOf(model).find(destroyed)).toBeUndefined();
        expect(await adapterOf(model).find(freshId())).toBeUndefined();
        // A code stays four minutes longer, for the log to tell a late one; the library refuses it (protocol/refused-requests).
        clock.advance(601_000 + (model === 'AuthorizationCode' ? 240_000 : 0));
        expect(await adapterOf(model).find(kept)).toBeUndefined();
      });

      it('X44 its identifier, a bearer value, is not in the storage', async () => {
        const id = await stored(model, { text: `a request of ${model}` });
        const dump = await place.dump();
        expect(dump.includes(id)).toBe(false);
        if (SEALED.includes(model)) expect(dump.includes(`a request of ${model}`)).toBe(false);
      });
    });

    describe.each(REDEEMED)('%s', (model) => {
      it('X17 is redeemed once, however many try at the same time', async () => {
        const id = await stored(model);
        const tries = upTo(8).map(() => adapterOf(model).consume(id));
        expect(await outcomes(tries)).toEqual(['fulfilled', ...Array(7).fill('rejected')]);
        expect((await adapterOf(model).find(id))?.consumed).toBe(Math.floor(clock.now() / 1000));
      });
    });

    it('X17 the second redemption of a code ends the grant and all that came of it', async () => {
      const grantId = await stored('Grant');
      const ids = await Promise.all(OF_A_GRANT.map((model) => stored(model, { grantId })));
      await adapterOf('AuthorizationCode').consume(ids[0] ?? '');
      await expect(adapterOf('AuthorizationCode').consume(ids[0] ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
      expect(await adapterOf('Grant').find(grantId)).toBeUndefined();
      for (const [index, model] of OF_A_GRANT.entries())
        expect(await adapterOf(model).find(ids[index] ?? '')).toBeUndefined();
    });

    it.each(OF_A_GRANT)('revocation of a grant ends its %s and no other', async (model) => {
      const [mine, other] = [freshId(), freshId()];
      const ids = [await stored(model, { grantId: mine }), await stored(model, { grantId: mine })];
      const spared = await stored(model, { grantId: other });
      await adapterOf(model).revokeByGrantId(mine);
      for (const id of ids) expect(await adapterOf(model).find(id)).toBeUndefined();
      expect(await adapterOf(model).find(spared)).toBeDefined();
    });

    it('W16 a refresh token may be used again within its grace, and shows only afterwards that it was', async () => {
      const id = await stored('RefreshToken', { grantId: freshId() });
      const tokens = adapterOf('RefreshToken');
      expect(await outcomes(upTo(4).map(() => tokens.consume(id)))).toEqual(Array(4).fill('fulfilled'));
      expect((await tokens.find(id))?.consumed).toBeUndefined();
      clock.advance(GRACE_MS);
      expect((await tokens.find(id))?.consumed).toBeDefined();
      await expect(tokens.consume(id)).rejects.toMatchObject({ error: 'invalid_grant' });
    });

    it('W16 writing the successor a second time leaves the first as it is', async () => {
      const id = await stored('RefreshToken');
      const tokens = adapterOf('RefreshToken');
      await tokens.consume(id);
      await tokens.upsert(id, payloadOf(id), 600);
      clock.advance(GRACE_MS);
      expect((await tokens.find(id))?.consumed).toBeDefined();
    });

    it('X18 a replay mark is set once', async () => {
      const id = freshId();
      const marks = adapterOf('ReplayDetection');
      const tries = upTo(6).map(() => marks.upsert(id, payloadOf(id), 60));
      expect(await outcomes(tries)).toEqual(['fulfilled', ...Array(5).fill('rejected')]);
    });

    it('a session is found by its uid, which leads to the same document', async () => {
      const sessions = adapterOf('Session');
      const id = await stored('Session');
      const byUid = await sessions.findByUid(uidOf(id));
      expect(byUid).toEqual({ ...payloadOf(id), jti: expect.any(String) });
      expect(byUid?.jti).not.toBe(id);
      await sessions.destroy(byUid?.jti ?? '');
      expect(await sessions.find(id)).toBeUndefined();
      expect(await sessions.findByUid(uidOf(id))).toBeUndefined();
    });

    it('B16 a destroyed session is not written again, under this or another identifier', async () => {
      const sessions = adapterOf('Session');
      const id = await stored('Session');
      await sessions.destroy(id);
      await sessions.upsert(id, payloadOf(id), 600);
      const next = freshId();
      await sessions.upsert(next, payloadOf(next, { uid: uidOf(id) }), 600);
      expect(await sessions.find(id)).toBeUndefined();
      expect(await sessions.find(next)).toBeUndefined();
    });

    it('two writers of one session keep each other’s authorizations', async () => {
      const sessions = adapterOf('Session');
      const id = await stored('Session', { authorizations: { first: { sid: '1' } } });
      const write = (client: string) =>
        sessions.upsert(id, payloadOf(id, { authorizations: { [client]: { sid: client } } }), 600);
      await Promise.all([write('blue'), write('green')]);
      const { authorizations } = (await sessions.find(id)) ?? {};
      expect(Object.keys(authorizations ?? {}).sort()).toEqual(['blue', 'first', 'green']);
    });

    it.each([
      'Session',
      'Grant',
    ])('X38 every %s of an account can be found, and is worth nothing after its epoch', async (model) => {
      const accountId = freshId();
      const ids = await Promise.all(upTo(3).map(() => stored(model, { accountId })));
      const found = await models.get(model)?.find({ index: 'byAccount', equals: [accountId] });
      expect(found?.items).toHaveLength(3);
      epoch = 2;
      for (const id of ids) expect(await adapterOf(model).find(id)).toBeUndefined();
      epoch = undefined;
      for (const id of ids) expect(await adapterOf(model).find(id)).toBeUndefined();
    });

    it('clients come from our own store; models of features that are off are not stored', async () => {
      expect(await adapterOf('Client').find('known')).toEqual({ client_id: 'known' });
      expect(await adapterOf('Client').find('unknown')).toBeUndefined();
      await expect(adapterOf('Client').upsert('mine', {} as never, 1)).rejects.toThrow();
      await expect(adapterOf('DeviceCode').upsert('mine', {} as never, 1)).rejects.toThrow();
      expect(await adapterOf('DeviceCode').find('mine')).toBeUndefined();
    });
  });
}
