import { generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import type { Provider } from 'oidc-provider';
import type { Client } from '#clients';
import { createClientObjects } from '../../src/oidc/client-objects.ts';
import { ownCopy } from '../../src/oidc/own-copy.ts';
import { saysNothingNew } from '../../src/oidc/session-store.ts';
import { SigningKeyObject } from '../../src/oidc/signing-key-object.ts';
import { isOfOtherKind } from '../../src/oidc/token-kinds.ts';

describe('a signing key of ours', () => {
  it.each([
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }), 256],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }), 64],
    ['EdDSA', generateKeyPairSync('ed25519'), 64],
  ])('signs by %s as JWS wants it (RFC 7518)', async (alg, { privateKey, publicKey }, length) => {
    const key = new SigningKeyObject({ ...privateKey.export({ format: 'jwk' }), alg, kid: 'one' });
    const data = Buffer.from('header.payload');
    const signature = await key.sign(data);
    expect(signature).toHaveLength(length);
    const check = alg === 'ES256' ? { key: publicKey, dsaEncoding: 'ieee-p1363' as const } : publicKey;
    expect(verify(alg === 'EdDSA' ? null : 'sha256', data, check, signature)).toBe(true);
    expect(key).toMatchObject({ kid: 'one', alg, use: 'sig', kty: publicKey.export({ format: 'jwk' }).kty });
    expect(key.keyObject().type).toBe('public');
  });
});

describe('the kind of a token', () => {
  it('tells where not to look, and nothing of tokens without one', () => {
    expect(isOfOtherKind('RefreshToken', 'gh_at_abc')).toBe(true);
    expect(isOfOtherKind('AccessToken', 'gh_at_abc')).toBe(false);
    expect(isOfOtherKind('AccessToken', 'nanoidwithoutkind')).toBe(false);
    expect(isOfOtherKind('Session', 'gh_at_abc')).toBe(false);
  });
});

describe('a copy of one’s own', () => {
  it('equals what storage shares, and may be changed to its depths', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(ownCopy(value)).toEqual(value);
      }),
    );
    const shared = Object.freeze({ deep: Object.freeze({ list: Object.freeze([{ a: 1 }]) }) });
    const copy = ownCopy(shared) as { deep: { list: object[] } };
    copy.deep.list.push({});
    expect(shared.deep.list).toHaveLength(1);
  });
});

describe('the library’s client objects', () => {
  const record = (name: string, enabled = true) => ({ client_id: 'a', client_name: name, enabled }) as Client;

  function library(byId: () => Promise<Client | undefined>) {
    let made = 0;
    const provider = { Client: { find: async () => ({ of: (await byId())?.client_name, made: ++made }) } };
    createClientObjects(byId).keepIn(provider as unknown as Provider);
    return {
      find: (id: unknown) => (provider.Client.find as (id: unknown) => Promise<unknown>)(id),
      made: () => made,
    };
  }

  it('X8 are made once for a record, anew for a changed one, and not at all for one that was disabled', async () => {
    let current: Client | undefined = record('one');
    const { find, made } = library(async () => current);
    const first = await find('a');
    expect(await find('a')).toBe(first);
    current = record('two');
    expect(await find('a')).toMatchObject({ of: 'two' });
    expect(made()).toBe(2);
    current = record('two', false);
    expect(await find('a')).toBeUndefined();
    current = undefined;
    expect(await find('a')).toBeUndefined();
    expect(await find(['a'])).toBeUndefined();
  });

  it('X8 are kept for no record that changed while they were made', async () => {
    const records = [record('old'), record('new'), record('new')];
    const { find, made } = library(async () => records.shift() ?? record('newest'));
    expect(await find('a')).toMatchObject({ of: 'new' });
    expect(await find('a')).toMatchObject({ of: 'newest' });
    expect(made()).toBe(2);
  });
});

describe('saving a session', () => {
  const HOUR = 3_600_000;
  const stored = (expiresAt: number, more = {}) => ({
    id: 'x',
    payload: { uid: 'u', exp: expiresAt / 1000, authorizations: { portal: { grantId: 'g' } }, ...more },
    expiresAt,
  });

  it('H14 is left out where nothing changed and its end moved by less than a hundredth of its life', () => {
    expect(saysNothingNew(stored(HOUR + 20_000), stored(HOUR), 0)).toBe(true);
    expect(saysNothingNew(stored(HOUR + 60_000), stored(HOUR), 0)).toBe(false);
    expect(saysNothingNew(stored(HOUR, { acr: 'phr' }), stored(HOUR), 0)).toBe(false);
    const seen = (at: number, ip = '192.0.2.1') => stored(HOUR, { lastSeen: { at, ip } });
    expect(saysNothingNew(seen(30_000), seen(1), 0)).toBe(true);
    expect(saysNothingNew(seen(90_000), seen(1), 0)).toBe(false);
    expect(saysNothingNew(seen(2, '192.0.2.9'), seen(1), 0)).toBe(false);
    const switched = stored(HOUR, { authorizations: { portal: { grantId: 'other' } } });
    expect(saysNothingNew(switched, stored(HOUR), 0)).toBe(false);
  });
});
