import { DAY, HOUR, MINUTE } from '#kernel';
import { basic, post } from '../support/endpoint.ts';
import { createGatedEngine, type GatedEngine } from '../support/gated-engine.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { publicClient } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { startUpstream, type Upstream } from '../support/upstream/start.ts';
import { world } from '../support/world.ts';

const GOODBYE = 'http://127.0.0.1:9/goodbye';

describe('requests that anybody may send', () => {
  let gatehouse: TestGatehouse;
  let engine: GatedEngine;
  let portal: RelyingParty;
  let clock: TravellingClock;
  let upstream: Upstream;
  beforeAll(async () => {
    upstream = await startUpstream();
    clock = travellingClock('2026-03-02T09:00:00Z');
    engine = createGatedEngine();
    gatehouse = await startGatehouse({
      clock,
      wrapEngine: engine.wrap,
      env: {
        LIMIT_AUTHORIZATIONS_PER_MINUTE: '5',
        LIMIT_FAILED_CLIENTS_PER_MINUTE: '3',
        TRUSTED_PROXIES: '127.0.0.1',
      },
      bootstrap: world({ clients: [publicClient('spa')], upstream }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    await gatehouse.stop();
    await upstream.stop();
    clock.restore();
  });
  beforeEach(() => clock.advance(MINUTE));

  const from = (network: number) => ({ 'x-forwarded-for': `203.0.113.${network}` });
  async function storedIn(collection: string) {
    const rows = [];
    let after: string | undefined;
    do {
      const page = await engine.table(collection).scan(after, 1_000);
      rows.push(...page.rows);
      after = page.next;
    } while (after !== undefined);
    return rows;
  }
  const count = async (collection: string) => (await storedIn(collection)).length;

  async function open(url: URL | string, network = 1): Promise<Response> {
    return fetch(url, { redirect: 'manual', headers: { accept: 'text/html', ...from(network) } });
  }

  async function pushed(network: number, more: Record<string, string> = {}) {
    const { url } = await portal.begin(more);
    const fields = { ...Object.fromEntries(url.searchParams), client_id: 'spa' };
    return post(`${gatehouse.issuer}/request`, fields, from(network));
  }

  it.each<[string, (network: number) => Promise<{ status: number; headers: Headers }>, number, string]>([
    ['authorization', async (network) => open((await portal.begin()).url, network), 303, 'oidc-interaction'],
    ['pushed', (network) => pushed(network), 201, 'oidc-pushed-authorization-request'],
    ['profile', (network) => open(`${gatehouse.issuer}/profile`, network), 303, 'page-round-trips'],
    ['log-out', (network) => open(`${gatehouse.issuer}/session/end`, network), 303, 'oidc-session'],
  ])('X32 %s requests of one network are limited, and of nobody else', async (_name, ask, usual, collection) => {
    for (let n = 0; n < 5; n++) expect((await ask(7)).status).toBe(usual);
    const before = await count(collection);
    const refused = await ask(7);
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(await count(collection)).toBe(before);
    expect((await ask(8)).status).toBe(usual);
    clock.advance(MINUTE);
    expect((await ask(7)).status).toBe(usual);
  });

  it('X32 departures to an identity provider are limited: one page, opened again and again, fills no storage', async () => {
    const person = new JourneyBrowser([gatehouse.issuer], from(9));
    await beginLogIn(gatehouse, portal, { browser: person });
    const page = person.url.href;
    await person.fill('Email', 'sam@acme.example').press('Continue');
    for (let n = 1; n < 5; n++) await person.open(page);
    expect(person.arrivedAt?.origin).toBe(upstream.issuer);
    const before = await count('federation-flows');
    expect(before).toBe(5);
    await person.open(page);
    expect([person.status, await count('federation-flows')]).toEqual([429, before]);
    clock.advance(MINUTE);
    await person.open(page);
    expect(person.arrivedAt?.origin).toBe(upstream.issuer);
  });

  it.each([
    'interaction',
    'auth',
  ])('X32 a dead page of a pushed request at /%s, opened again and again, fills no storage', async (place) => {
    const { body } = await pushed(11);
    const query = new URLSearchParams({ client_id: 'spa', request_uri: String(body['request_uri']) });
    const person = await new JourneyBrowser([gatehouse.issuer], from(11)).open(
      `${gatehouse.issuer}/auth?${query}`,
    );
    const uid = person.url.pathname.split('/')[2] ?? '';
    // The browser that made the request, without the cookies of its pages.
    const kept = (await person.jar.getCookies(gatehouse.issuer)).map((cookie) => cookie.cookieString());
    const again = () =>
      fetch(`${gatehouse.issuer}/${place}/${uid}`, {
        redirect: 'manual',
        headers: { accept: 'text/html', cookie: kept.join('; '), ...from(11) },
      });
    const before = await count('oidc-pushed-authorization-request');
    const statuses: number[] = [];
    for (let n = 0; n < 20; n++) statuses.push((await again()).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([303, 429]);
    expect((await count('oidc-pushed-authorization-request')) - before).toBeLessThanOrEqual(10);
    clock.advance(MINUTE);
    expect((await again()).status).toBe(303);
  });

  it('X32 an unknown pushed request leaves nothing behind', async () => {
    const collections = ['oidc-interaction', 'authorization-requests', 'oidc-session'];
    const before = await Promise.all(collections.map(count));
    const query = new URLSearchParams({
      client_id: 'spa',
      request_uri: 'urn:ietf:params:oauth:request_uri:none',
    });
    for (let n = 0; n < 4; n++) {
      const { headers } = await open(`${gatehouse.issuer}/auth?${query}`, 12);
      expect(headers.get('location')).toContain('error=invalid_request_uri');
    }
    expect(await Promise.all(collections.map(count))).toEqual(before);
  });

  it('X32 failed client authentications are limited, successes never', async () => {
    const ask = (secret: string, network: number) => {
      const headers = { ...basic('portal', secret), ...from(network) };
      return post(`${gatehouse.issuer}/token/introspection`, { token: 'unknown' }, headers);
    };
    for (let n = 0; n < 20; n++) expect((await ask('portal-secret', 9)).status).toBe(200);
    // A failure is counted once it is answered: the refusal may come an answer later.
    const guesses: number[] = [];
    for (let n = 0; n < 12; n++) guesses.push((await ask('guess', 9)).status);
    expect([guesses.slice(0, 4), guesses.at(-1)]).toEqual([[401, 401, 401, 401], 429]);
    expect((await ask('portal-secret', 10)).status).toBe(200);
    for (const endpoint of ['token', 'token/revocation', 'token/INTROSPECTION', 'request'])
      expect((await post(`${gatehouse.issuer}/${endpoint}`, {}, from(9))).status).toBe(429);
    clock.advance(MINUTE);
    expect((await ask('portal-secret', 9)).status).toBe(200);
  });

  it('X32 parameters of more than 8 KB are refused here, and nothing of them is stored', async () => {
    const collections = ['oidc-interaction', 'authorization-requests', 'oidc-pushed-authorization-request'];
    const before = await Promise.all(collections.map(count));
    const { url } = await portal.begin({ state: 'x'.repeat(9_000) });
    const answer = await open(url);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(await answer.text()).toContain('The application’s request is not valid');
    expect(await pushed(1, { state: 'x'.repeat(9_000) })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect(await Promise.all(collections.map(count))).toEqual(before);
    expect((await open((await portal.begin({ state: 'x'.repeat(4_000) })).url)).status).toBe(303);
  });

  it('X32 the log-out of nobody goes on as asked and leaves no session behind', async () => {
    const before = await count('oidc-session');
    const query = new URLSearchParams({
      client_id: 'portal',
      post_logout_redirect_uri: GOODBYE,
      state: 'mine',
    });
    const answer = await open(`${gatehouse.issuer}/session/end?${query}`);
    expect(answer.headers.get('location')).toBe(`${GOODBYE}?state=mine`);
    expect(await count('oidc-session')).toBe(before);
  });

  it('W4 a request is remembered for a day once somebody came to its page, for an hour until then', async () => {
    const lifeOf = async (uid: string) => {
      const row = (await storedIn('authorization-requests')).find(({ key }) => key === uid);
      return (row?.expiresAt ?? 0) - clock.now();
    };
    const uidIn = (address: string) => address.split('/').at(-1) ?? '';
    const unseen = await open((await portal.begin()).url);
    expect(await lifeOf(uidIn(unseen.headers.get('location') ?? ''))).toBeLessThanOrEqual(HOUR);
    const browser = new JourneyBrowser([gatehouse.issuer], from(2));
    const { person } = await beginLogIn(gatehouse, portal, { browser });
    expect(person.hasLabel('Email')).toBe(true);
    expect(await lifeOf(uidIn(person.url.pathname))).toBeGreaterThan(DAY - HOUR);
  });
});
