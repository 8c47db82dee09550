import { basic, post, refusal, tokensFor } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { client, publicClient } from '../support/protocol-clients.ts';
import { REDIRECT_URI, type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { world } from '../support/world.ts';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

describe('authorization code flow', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        clients: [
          ...ALGORITHMS.map((alg) => client(`signed-${alg}`, { id_token_signed_response_alg: alg })),
          publicClient('browser-app'),
          client('short-lived'),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const browser = () => new JourneyBrowser([gatehouse.issuer]);
  const errorOf = (url: URL | undefined) => url?.searchParams.get('error');

  it.each([
    'portal',
    'browser-app',
  ])('X17 %s without PKCE is refused, and so is the plain method', async (id) => {
    const { url } = await portal.begin({ client_id: id });
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    expect(errorOf((await browser().open(url)).arrivedAt)).toBe('invalid_request');
    url.searchParams.set('code_challenge', 'p'.repeat(43));
    url.searchParams.set('code_challenge_method', 'plain');
    expect(errorOf((await browser().open(url)).arrivedAt)).toBe('invalid_request');
  });

  it('X17 a code is worth nothing with another verifier', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    const foreign = { ...pending, codeVerifier: 'v'.repeat(43) };
    expect(await refusal(portal.complete(foreign, person.arrivedAt))).toBe('invalid_grant');
  });

  it('X17 a code redeemed twice takes down what it gave', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ada@other.example');
    const tokens = await portal.complete(pending, person.arrivedAt);
    expect(await refusal(portal.complete(pending, person.arrivedAt))).toBe('invalid_grant');
    const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    const refreshed = await post(`${gatehouse.issuer}/token`, fields, basic('portal'));
    expect(refreshed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const me = await fetch(`${gatehouse.issuer}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(me.status).toBe(401);
  });

  it.each(ALGORITHMS)('ID tokens are signed with %s where the client registers it', async (alg) => {
    const party = await relyingParty(gatehouse.issuer, {
      clientId: `signed-${alg}`,
      clientSecret: `signed-${alg}-secret`,
      idTokenAlg: alg,
    });
    const tokens = await tokensFor(gatehouse, party);
    const header = JSON.parse(Buffer.from(tokens.id_token?.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toMatchObject({ alg, kid: expect.any(String) });
    expect(tokens.claims()).toMatchObject({ iss: gatehouse.issuer, aud: `signed-${alg}` });
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect URI that is not registered', { redirect_uri: `${REDIRECT_URI}/more` }],
    ['a redirect URI with another query', { redirect_uri: `${REDIRECT_URI}?next=evil` }],
    ['a redirect URI elsewhere', { redirect_uri: 'https://evil.example/callback' }],
    ['a redirect URI that runs', { redirect_uri: 'javascript:alert(1)' }],
  ])('X16 %s ends on our error page with its correlation id, never at a redirect', async (_what, params) => {
    const { url } = await portal.begin(params);
    const answer = await fetch(url, { redirect: 'manual' });
    const page = await answer.text();
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(page).toContain('<h1>');
    expect(page).toContain(answer.headers.get('x-correlation-id'));
    expect(page).not.toContain('evil');
  });

  it('X8 a client that is switched off while somebody signs in gets nothing', async () => {
    const party = await relyingParty(gatehouse.issuer, {
      clientId: 'short-lived',
      clientSecret: 'short-lived-secret',
    });
    const pending = await party.begin();
    const person = await browser().open(pending.url);
    await person.fill('Email', 'ada@other.example').press('Continue');
    const stored = await gatehouse.clients.byId('short-lived');
    if (!stored) throw new Error('no such client');
    await gatehouse.clients.put({ ...stored, enabled: false }, { actor: 'system' });
    await person.fill('Password', 'Correct-Horse-7').press('Continue');
    expect(person.arrivedAt).toBeUndefined();
    expect(person.status).toBe(400);
    const { status } = await post(
      `${gatehouse.issuer}/token`,
      { grant_type: 'refresh_token' },
      basic('short-lived'),
    );
    expect(status).toBe(401);
  });

  it('X16 an answer names its issuer, and a response type that the server does not offer is refused', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    expect(person.arrivedAt?.searchParams.get('iss')).toBe(gatehouse.issuer);
    const { url } = await portal.begin({ response_type: 'code id_token' });
    const refused = (await browser().open(url)).arrivedAt;
    expect(refused?.href).toContain('error=unsupported_response_type');
  });
});
