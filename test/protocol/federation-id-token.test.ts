import type { Connection } from '#federation';
import { type ConnectorTrips, startConnectorTrips } from '../support/upstream/connector-trips.ts';
import type { Mode } from '../support/upstream/mode.ts';

let trips: ConnectorTrips;
beforeAll(async () => {
  trips = await startConnectorTrips();
});
beforeEach(() => trips.anew());
afterAll(() => trips.stop());
const connection: ConnectorTrips['connection'] = (changes) => trips.connection(changes);
const roundTrip: ConnectorTrips['roundTrip'] = (mode, settings) => trips.roundTrip(mode, settings);

describe('a bad ID token', () => {
  const bad: [NonNullable<Mode['token']>, RegExp][] = [
    ['alg-none', /alg/],
    ['hs256-client-secret', /alg/],
    ['wrong-key', /signature/],
    ['bad-signature', /signature/],
    ['unknown-kid', /no applicable keys/],
    ['none-at-all', /id_token/],
    ['wrong-iss', /iss/],
    ['wrong-aud', /aud/],
    ['extra-aud', /aud/],
    ['wrong-azp', /azp/],
    ['expired', /exp/],
    ['future-iat', /issued (3599|3600) s in the future/],
    ['future-nbf', /nbf/],
    ['missing-sub', /sub/],
    ['missing-exp', /exp/],
    ['missing-nonce', /nonce/],
    ['wrong-nonce', /nonce/],
  ];

  it.each(bad)('X9 %s is refused', async (token, detail) => {
    const refusal = {
      outcome: 'problem',
      code: 'federation.invalid-answer',
      detail: expect.stringMatching(detail),
    };
    expect(await roundTrip({ token })).toEqual(refusal);
  });

  it.each([
    'alg-none',
    'hs256-client-secret',
  ] as const)('X9 %s is refused even where the provider claims to support it', async (token) => {
    const metadata = { id_token_signing_alg_values_supported: ['none', 'HS256', 'ES256'] };
    await trips.upstream.control({ metadata });
    expect(await roundTrip({ token, metadata })).toMatchObject({ code: 'federation.invalid-answer' });
  });

  it('X6 a nonce is demanded, not only compared when present', async () => {
    const answers = [await roundTrip({ token: 'missing-nonce' }), await roundTrip({ claims: { nonce: '' } })];
    for (const answer of answers)
      expect(answer).toMatchObject({
        code: 'federation.invalid-answer',
        detail: expect.stringContaining('nonce'),
      });
  });

  it('X9 another sub at userinfo is refused', async () => {
    const wanted = { claims: { email: null } };
    expect(await roundTrip(wanted)).toMatchObject({ identity: { email: 'ada@acme.example' } });
    expect(await roundTrip({ ...wanted, userinfo: { sub: 'somebody-else' } })).toMatchObject({
      code: 'federation.invalid-answer',
    });
  });

  it('X9 another issuer, or the template of a multi-tenant one, is refused at discovery', async () => {
    for (const issuer of ['https://other.example', 'https://login.microsoftonline.com/{tenantid}/v2.0']) {
      await trips.upstream.control({ metadata: { issuer } });
      expect(await roundTrip()).toMatchObject({ code: 'federation.invalid-answer' });
    }
  });

  it('E2 X1 a token of another Entra tenant is refused, one of ours is known by tid and oid', async () => {
    const [ours, theirs] = ['11111111-2222-3333-4444-555555555555', '99999999-2222-3333-4444-555555555555'];
    const settings = connection({ preset: 'entra' });
    expect(await roundTrip({}, settings)).toMatchObject({ code: 'federation.invalid-answer' });
    expect(await roundTrip({ claims: { tid: ours, oid: 'object-1' } }, settings)).toMatchObject({
      identity: { identityKey: [ours, 'object-1'] },
    });
    const tenanted = { ...settings, issuer: `${trips.upstream.issuer}/${ours}/v2.0` };
    const metadata = {
      issuer: tenanted.issuer,
      authorization_response_iss_parameter_supported: null,
    };
    const roundTripAt = (tid: string) => {
      const claims = { iss: tenanted.issuer, tid, oid: 'object-1' };
      return roundTripWith({ metadata, responseIss: null, claims }, tenanted);
    };
    expect(await roundTripAt(ours)).toMatchObject({ identity: { identityKey: [ours, 'object-1'] } });
    expect(await roundTripAt(theirs)).toMatchObject({
      code: 'federation.invalid-answer',
      detail: expect.stringContaining('tid'),
    });
  });
});

/** With the provider in this mode from discovery on. */
async function roundTripWith(mode: Mode, settings: Connection) {
  await trips.upstream.control(mode);
  return roundTrip(mode, settings);
}
