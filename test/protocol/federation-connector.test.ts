import {
  CALLBACK,
  type ConnectorTrips,
  SECRETS,
  startConnectorTrips,
} from '../support/upstream/connector-trips.ts';
import type { Mode } from '../support/upstream/mode.ts';

let trips: ConnectorTrips;
beforeAll(async () => {
  trips = await startConnectorTrips();
});
beforeEach(() => trips.anew());
afterAll(() => trips.stop());
const connection: ConnectorTrips['connection'] = (changes) => trips.connection(changes);
const roundTrip: ConnectorTrips['roundTrip'] = (mode, settings) => trips.roundTrip(mode, settings);

describe('OpenID connector', () => {
  it('leaves with code, PKCE S256, state, nonce, hint and languages', async () => {
    const leaving = await trips.leave(connection(), {
      loginHint: 'ada@acme.example',
      uiLocales: 'fr',
      maxAge: 0,
      prompt: 'login',
      acrValues: ['a', 'b'],
    });
    const url = new URL(leaving.outcome === 'url' ? leaving.url : '');
    expect(url.origin + url.pathname).toBe(`${trips.upstream.issuer}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{
        client_id: 'gatehouse',
        response_type: 'code',
        scope: 'openid email profile',
        redirect_uri: CALLBACK,
      },
      ...{
        state: SECRETS.state,
        nonce: SECRETS.nonce,
        code_challenge_method: 'S256',
        login_hint: 'ada@acme.example',
      },
      ...{ ui_locales: 'fr', max_age: '0', prompt: 'login', acr_values: 'a b' },
    });
    expect(url.searchParams.get('code_challenge')).toHaveLength(43);
    expect(url.href).not.toContain(SECRETS.codeVerifier);
  });

  it('gives the identity of a good answer', async () => {
    expect(await roundTrip()).toEqual({
      outcome: 'identity',
      identity: {
        ...{
          connectionId: 'acme-idp',
          identityKey: [trips.upstream.issuer, expect.stringMatching(/^[0-9a-f]{16}$/)],
        },
        ...{ email: 'ada@acme.example', emailVerified: true, name: 'Upstream ada' },
        ...{
          givenName: undefined,
          familyName: undefined,
          acr: undefined,
          amr: ['pwd'],
          authTime: expect.any(Number),
        },
      },
    });
  });

  it.each([
    'client_secret_basic',
    'client_secret_post',
    'client_secret_basic_raw',
  ] as const)('proves itself by %s', async (tokenEndpointAuthMethod) => {
    const settings = connection({ tokenEndpointAuthMethod });
    const rawBasic = tokenEndpointAuthMethod === 'client_secret_basic_raw';
    expect((await roundTrip({ rawBasic }, settings)).outcome).toBe('identity');
    const other =
      tokenEndpointAuthMethod === 'client_secret_post' ? { ...settings, clientSecret: 'wrong' } : settings;
    expect(await roundTrip({ rawBasic: !rawBasic }, other)).toMatchObject({
      code: 'federation.unavailable',
    });
  });
});

describe('trouble at the provider', () => {
  it('W7 a key rotated a moment ago is fetched once and then verified', async () => {
    expect((await roundTrip()).outcome).toBe('identity');
    const before = (await trips.upstream.counts()).jwks ?? 0;
    expect((await roundTrip()).outcome).toBe('identity');
    expect((await trips.upstream.counts()).jwks).toBe(before);
    expect((await roundTrip({ rotateKeys: true })).outcome).toBe('identity');
    expect((await trips.upstream.counts()).jwks).toBe(before + 1);
  });

  it('W7 an unknown key leads to one fetch, not more', async () => {
    await roundTrip();
    const before = (await trips.upstream.counts()).jwks ?? 0;
    expect(await roundTrip({ token: 'unknown-kid' })).toMatchObject({ code: 'federation.invalid-answer' });
    expect((await trips.upstream.counts()).jwks).toBe(before + 1);
  });

  it('W7 discovery is kept a day, renewed after an hour in use, and its failures never kept', async () => {
    const fetched = async () => (await trips.upstream.counts()).discovery ?? 0;
    const start = await fetched();
    await trips.upstream.control({ status: { discovery: 500 } });
    expect(await roundTrip()).toMatchObject({ code: 'federation.unavailable' });
    await trips.upstream.control({});
    expect([(await roundTrip()).outcome, (await fetched()) - start]).toEqual(['identity', 2]);
    await roundTrip();
    expect((await fetched()) - start).toBe(2);

    trips.travelTo(61 * 60_000);
    await trips.upstream.control({ status: { discovery: 500 } });
    expect((await trips.leave()).outcome).toBe('url');
    await trips.settled();
    expect((await fetched()) - start).toBe(3);
    trips.travelTo(25 * 3_600_000);
    expect(await trips.leave()).toMatchObject({ code: 'federation.unavailable' });
  });

  it('W7 X32 a made-up code or parameter of a stranger leaves discovery and keys where they are', async () => {
    await roundTrip();
    const before = await trips.upstream.counts();
    for (const query of ['code=made-up', 'code=made-up&iss=https://other.example', 'error=nonsense']) {
      const answer = new URL(`${CALLBACK}?state=${SECRETS.state}&iss=${trips.upstream.issuer}&${query}`);
      expect(await trips.take(answer)).toMatchObject({ outcome: 'problem' });
    }
    expect((await roundTrip()).outcome).toBe('identity');
    expect(await trips.upstream.counts()).toMatchObject({ discovery: before.discovery, jwks: before.jwks });
  });

  it('W7 keys that no longer fit are read again at the next attempt', async () => {
    await roundTrip();
    const before = (await trips.upstream.counts()).discovery ?? 0;
    expect(await roundTrip({ token: 'bad-signature' })).toMatchObject({ outcome: 'problem' });
    expect((await roundTrip()).outcome).toBe('identity');
    expect((await trips.upstream.counts()).discovery).toBe(before + 1);
  });

  it.each([
    ['federation.timeout', { delayMs: { token: 6_000 } }],
    ['federation.timeout', { delayMs: { jwks: 6_000 } }],
    ['federation.unavailable', { status: { token: 500 } }],
    ['federation.unavailable', { status: { jwks: 503 } }],
    ['federation.unavailable', { status: { token: 302 } }],
    ['federation.unavailable', { claims: { email: null }, status: { userinfo: 500 } }],
    ['federation.unavailable', { error: 'temporarily_unavailable' }],
    ['federation.denied', { error: 'access_denied' }],
    ['federation.invalid-answer', { error: 'Some Free Text <b>' }],
    ['federation.invalid-answer', { claims: { email: null }, userinfo: { email: null } }],
  ] as [string, Mode][])('%s on %j, without a word of the provider in it', async (code, mode) => {
    // Nobody answers here: one second of waiting shows as much as three.
    if (code === 'federation.timeout') await trips.anew({ timeoutMs: 1_000 });
    const problem = await roundTrip(mode);
    expect(problem).toMatchObject({ outcome: 'problem', code });
    expect(JSON.stringify(problem)).not.toMatch(/UPSTREAM-BODY|Free Text|localhost|ada@/);
  });

  it('X7 another or no iss beside the code is refused', async () => {
    for (const responseIss of ['https://other.example', null])
      expect(await roundTrip({ responseIss })).toMatchObject({
        code: 'federation.invalid-answer',
        detail: expect.stringContaining('iss'),
      });
  });

  it('W25 a clock that is off by less than the tolerance is fine, both ways; the drift is told', async () => {
    for (const clockOffset of [-320, 20]) expect((await roundTrip({ clockOffset })).outcome).toBe('identity');
    expect(await roundTrip({ clockOffset: 50 })).toMatchObject({
      detail: expect.stringMatching(/issued (49|50) s in the future/),
    });
    expect((await roundTrip({ clockOffset: 50 }, connection({ clockToleranceSeconds: 60 }))).outcome).toBe(
      'identity',
    );
    expect(await roundTrip({ clockOffset: -400 })).toMatchObject({ detail: expect.stringContaining('exp') });
  });

  it('E2 W18 the auth_time of Google is not taken for a proof', async () => {
    const google = await roundTrip({}, connection({ preset: 'google' }));
    expect(google).toMatchObject({ identity: { authTime: undefined, emailVerified: true } });
    expect(
      await roundTrip({ claims: { email_verified: null } }, connection({ preset: 'google' })),
    ).toMatchObject({
      identity: { emailVerified: false },
    });
  });
});
