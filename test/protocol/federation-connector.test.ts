import { type Connection, createGuardedFetch, type GuardedFetch } from '#federation';
import { systemClock } from '#kernel';
import type { AuthorizationRequest } from '../../src/federation/connectors/connector.ts';
import { createOidcConnector } from '../../src/federation/connectors/oidc/oidc-connector.ts';
import type { Mode } from '../support/upstream/mode.ts';
import { startUpstream, type Upstream } from '../support/upstream/start.ts';

const CALLBACK = 'http://127.0.0.1:1/federation/acme-idp/callback';
const STATE = 'interaction.state';
const NONCE = 'the-nonce';
const VERIFIER = 'a-verifier-of-at-least-forty-three-characters';

let upstream: Upstream;
let guarded: GuardedFetch;
let connector: ReturnType<typeof createOidcConnector>;
let offset = 0;
const clock = { now: () => systemClock.now() + offset };

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.stop());
beforeEach(async () => {
  await upstream.control({});
  offset = 0;
  guarded = createGuardedFetch({ production: false, outboundAllow: [], timeoutMs: 3_000 });
  connector = createOidcConnector({ fetch: guarded.fetch, clock, production: false });
});
afterEach(async () => {
  await connector.close();
  await guarded.close();
});

function connection(changes: Partial<Connection> = {}): Connection {
  return {
    ...{
      id: 'acme-idp',
      companyId: 'acme',
      name: 'Acme IdP',
      protocol: 'oidc',
      preset: 'generic',
      enabled: true,
    },
    issuer: upstream.issuer,
    clientId: upstream.clientId,
    clientSecret: upstream.clientSecret,
    tokenEndpointAuthMethod: 'client_secret_basic',
    scopes: ['openid', 'email', 'profile'],
    ...{ jitProvisioning: true, acrMapping: {}, clockToleranceSeconds: 30, createdAt: 0, updatedAt: 0 },
    ...changes,
  };
}

/** A whole round trip of ada@acme.example, with the provider in this mode from the form on. */
async function roundTrip(
  mode: Mode = {},
  settings = connection(),
  wishes: Partial<AuthorizationRequest> = {},
) {
  const request = { redirectUri: CALLBACK, state: STATE, nonce: NONCE, codeVerifier: VERIFIER, ...wishes };
  const leaving = await connector.authorizationUrl(settings, request);
  if (leaving.outcome !== 'url') return leaving;
  await upstream.control(mode);
  const answerUrl = await upstream.signIn(leaving.url, 'ada@acme.example');
  return connector.exchange(settings, { answerUrl, state: STATE, nonce: NONCE, codeVerifier: VERIFIER });
}

describe('OpenID connector', () => {
  it('leaves with code, PKCE S256, state, nonce, hint and languages', async () => {
    const leaving = await connector.authorizationUrl(connection(), {
      ...{ redirectUri: CALLBACK, state: STATE, nonce: NONCE, codeVerifier: VERIFIER },
      ...{
        loginHint: 'ada@acme.example',
        uiLocales: 'fr',
        maxAge: 0,
        prompt: 'login',
        acrValues: ['a', 'b'],
      },
    });
    const url = new URL(leaving.outcome === 'url' ? leaving.url : '');
    expect(url.origin + url.pathname).toBe(`${upstream.issuer}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{
        client_id: 'gatehouse',
        response_type: 'code',
        scope: 'openid email profile',
        redirect_uri: CALLBACK,
      },
      ...{ state: STATE, nonce: NONCE, code_challenge_method: 'S256', login_hint: 'ada@acme.example' },
      ...{ ui_locales: 'fr', max_age: '0', prompt: 'login', acr_values: 'a b' },
    });
    expect(url.searchParams.get('code_challenge')).toHaveLength(43);
    expect(url.href).not.toContain(VERIFIER);
  });

  it('gives the identity of a good answer', async () => {
    expect(await roundTrip()).toEqual({
      outcome: 'identity',
      identity: {
        ...{
          connectionId: 'acme-idp',
          identityKey: [upstream.issuer, expect.stringMatching(/^[0-9a-f]{16}$/)],
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
    const before = (await upstream.counts()).jwks ?? 0;
    expect((await roundTrip()).outcome).toBe('identity');
    expect((await upstream.counts()).jwks).toBe(before);
    expect((await roundTrip({ rotateKeys: true })).outcome).toBe('identity');
    expect((await upstream.counts()).jwks).toBe(before + 1);
  });

  it('W7 an unknown key leads to one fetch, not more', async () => {
    await roundTrip();
    const before = (await upstream.counts()).jwks ?? 0;
    expect(await roundTrip({ token: 'unknown-kid' })).toMatchObject({ code: 'federation.invalid-answer' });
    expect((await upstream.counts()).jwks).toBe(before + 1);
  });

  it('W7 discovery is kept a day, renewed after an hour in use, and its failures never kept', async () => {
    const fetched = async () => (await upstream.counts()).discovery ?? 0;
    const start = await fetched();
    await upstream.control({ status: { discovery: 500 } });
    expect(await roundTrip()).toMatchObject({ code: 'federation.unavailable' });
    await upstream.control({});
    expect([(await roundTrip()).outcome, (await fetched()) - start]).toEqual(['identity', 2]);
    await roundTrip();
    expect((await fetched()) - start).toBe(2);

    offset = 61 * 60_000;
    await upstream.control({ status: { discovery: 500 } });
    expect((await leave()).outcome).toBe('url');
    await connector.close();
    expect((await fetched()) - start).toBe(3);
    offset = 25 * 3_600_000;
    expect(await leave()).toMatchObject({ code: 'federation.unavailable' });
  });

  it('W7 X32 a made-up code or parameter of a stranger leaves discovery and keys where they are', async () => {
    await roundTrip();
    const before = await upstream.counts();
    for (const query of ['code=made-up', 'code=made-up&iss=https://other.example', 'error=nonsense']) {
      const answerUrl = new URL(`${CALLBACK}?state=${STATE}&iss=${upstream.issuer}&${query}`);
      const answer = { answerUrl, state: STATE, nonce: NONCE, codeVerifier: VERIFIER };
      expect(await connector.exchange(connection(), answer)).toMatchObject({ outcome: 'problem' });
    }
    expect((await roundTrip()).outcome).toBe('identity');
    expect(await upstream.counts()).toMatchObject({ discovery: before.discovery, jwks: before.jwks });
  });

  it('W7 keys that no longer fit are read again at the next attempt', async () => {
    await roundTrip();
    const before = (await upstream.counts()).discovery ?? 0;
    expect(await roundTrip({ token: 'bad-signature' })).toMatchObject({ outcome: 'problem' });
    expect((await roundTrip()).outcome).toBe('identity');
    expect((await upstream.counts()).discovery).toBe(before + 1);
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

function leave() {
  const request = { redirectUri: CALLBACK, state: STATE, nonce: NONCE, codeVerifier: VERIFIER };
  return connector.authorizationUrl(connection(), request);
}

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
    await upstream.control({ metadata });
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
      await upstream.control({ metadata: { issuer } });
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
    const tenanted = { ...settings, issuer: `${upstream.issuer}/${ours}/v2.0` };
    const metadata = {
      issuer: tenanted.issuer,
      authorization_response_iss_parameter_supported: null,
    };
    const { roundTripAt } = tenantPaths(tenanted, metadata);
    expect(await roundTripAt(ours)).toMatchObject({ identity: { identityKey: [ours, 'object-1'] } });
    expect(await roundTripAt(theirs)).toMatchObject({
      code: 'federation.invalid-answer',
      detail: expect.stringContaining('tid'),
    });
  });
});

/** An issuer with a tenant in its path, as Entra's. */
function tenantPaths(settings: Connection, metadata: Record<string, unknown>) {
  return {
    async roundTripAt(tid: string) {
      const mode: Mode = {
        metadata,
        responseIss: null,
        claims: { iss: settings.issuer, tid, oid: 'object-1' },
      };
      await upstream.control(mode);
      return roundTrip(mode, settings);
    },
  };
}
