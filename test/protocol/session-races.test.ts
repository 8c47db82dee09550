import * as oidc from 'openid-client';
import { refreshTokenOf, refusal } from '../support/endpoint.ts';
import { createGatedEngine } from '../support/gated-engine.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { type PendingLogIn, type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { PASSWORD, person, world } from '../support/world.ts';

describe('requests of one browser at the same time', () => {
  const engine = createGatedEngine();
  let gatehouse: TestGatehouse;
  let clock: TravellingClock;
  let portal: RelyingParty;
  let blue: RelyingParty;
  let green: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: [person('vera@other.example', 'Vera Vanishing', ['beta'])],
        clients: [client('blue'), client('green')],
      }),
      clock,
      wrapEngine: engine.wrap,
    });
    const partyOf = (clientId: string) =>
      relyingParty(gatehouse.issuer, { clientId, clientSecret: `${clientId}-secret` });
    [portal, blue, green] = (await Promise.all(['portal', 'blue', 'green'].map(partyOf))) as [
      RelyingParty,
      RelyingParty,
      RelyingParty,
    ];
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  /** One request with the cookies that the browser has now; what it answers stays out of the browser. */
  async function request(person: JourneyBrowser, { url }: Pick<PendingLogIn, 'url'>) {
    const cookie = await person.jar.getCookieString(gatehouse.issuer);
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    return {
      status: answer.status,
      location: new URL(answer.headers.get('location') ?? 'none:', url),
      cookies: answer.headers.getSetCookie().map((one) => one.split('=')[0]),
    };
  }
  const isSignedIn = async (person: JourneyBrowser, party = portal) => {
    const { url } = await party.begin({ prompt: 'none' });
    return (await person.open(url)).arrivedAt?.searchParams.has('code');
  };
  const signedIn = async () => (await logIn(gatehouse, portal, 'ada@other.example')).person;
  /** The session gets a new identifier, as at every log-in. */
  const logInAgain = async (person: JourneyBrowser) => {
    await person.open((await portal.begin({ prompt: 'login' })).url);
    await person.fill('Password', PASSWORD).press('Continue');
  };
  const logOut = async (person: JourneyBrowser) =>
    (await person.open(`${gatehouse.issuer}/session/end`)).press('Log Out');

  /** "Log Out" in another tab of the same browser; its answer stays out of this one. */
  async function logOutElsewhere(person: JourneyBrowser): Promise<void> {
    const headers = { cookie: await person.jar.getCookieString(gatehouse.issuer) };
    const page = await (await fetch(`${gatehouse.issuer}/session/end`, { headers })).text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ logout: 'yes', xsrf });
    const answer = await fetch(`${gatehouse.issuer}/session/end/confirm`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
  }

  it('two relying parties opened at once keep both authorizations, and their refresh tokens', async () => {
    const person = await signedIn();
    const [forBlue, forGreen] = [await blue.begin(), await green.begin()];
    const blueWrites = engine.hold('oidc-session', 'replace');
    const one = request(person, forBlue);
    await blueWrites.reached;
    // The code is what a request writes before the session, whose writers queue up in a process.
    const greenWrites = engine.hold('oidc-authorization-code', 'put');
    const two = request(person, forGreen);
    await greenWrites.reached;
    greenWrites.open();
    blueWrites.open();
    const blueTokens = await blue.complete(forBlue, (await one).location);
    const greenTokens = await green.complete(forGreen, (await two).location);
    for (const [party, tokens] of [
      [blue, blueTokens],
      [green, greenTokens],
    ] as const)
      expect(
        (await oidc.refreshTokenGrant(party.configuration, refreshTokenOf(tokens))).access_token,
      ).toBeDefined();
  });

  it('X19 a request that began before a rotation neither brings the old identifier back nor loses its own answer', async () => {
    const person = await signedIn();
    const forBlue = await blue.begin();
    const blueWrites = engine.hold('oidc-authorization-code', 'put');
    const running = request(person, forBlue);
    await blueWrites.reached;
    await logInAgain(person);
    blueWrites.open();
    const { location, cookies } = await running;
    expect(cookies).not.toContain('gh_session');
    const tokens = await blue.complete(forBlue, location);
    expect(
      (await oidc.refreshTokenGrant(blue.configuration, refreshTokenOf(tokens))).access_token,
    ).toBeDefined();
    expect(await isSignedIn(person)).toBe(true);
  });

  it('X19 the identifier from before a rotation is sent round once more without touching the cookie, then forgotten', async () => {
    const person = await signedIn();
    const former = await person.jar.getCookieString(gatehouse.issuer);
    await logInAgain(person);
    const { url } = await blue.begin({ prompt: 'none' });
    const send = () => fetch(url, { redirect: 'manual', headers: { cookie: former } });
    const early = await send();
    expect(early.status).toBe(303);
    expect(new URL(early.headers.get('location') ?? '', url).href).toBe(url.href);
    expect(early.headers.getSetCookie().filter((one) => one.startsWith('gh_session'))).toEqual([]);
    expect((await request(person, { url })).location.searchParams.has('code')).toBe(true);
    clock.advance(11_000);
    const late = await send();
    expect(late.headers.get('location')).toContain('error=login_required');
  });

  it('B16 a request in flight does not bring back a session that was logged out meanwhile', async () => {
    const person = await signedIn();
    const forBlue = await blue.begin();
    const writes = engine.hold('oidc-authorization-code', 'put');
    const running = request(person, forBlue);
    await writes.reached;
    const cookies = await person.jar.serialize();
    await logOut(person);
    writes.open();
    const { location } = await running;
    expect(await refusal(blue.complete(forBlue, location))).toBe('invalid_grant');
    for (const { key, value } of cookies.cookies)
      if (key?.startsWith('gh_session'))
        await person.jar.setCookie(`${key}=${value}; Path=/`, gatehouse.issuer);
    expect(await isSignedIn(person)).toBe(false);
  });

  it('B16 a log-out ends the session also under the identifier that a log-in gave it meanwhile', async () => {
    const person = await signedIn();
    const revokes = engine.hold('oidc-refresh-token', 'deleteWhere');
    const loggingOut = logOutElsewhere(person);
    await revokes.reached;
    await logInAgain(person);
    revokes.open();
    await loggingOut;
    expect(await isSignedIn(person)).toBe(false);
  });

  it('B16 nor does a log-in bring it back that writes the new identifier after the log-out', async () => {
    const person = await signedIn();
    const pending = await portal.begin({ prompt: 'login' });
    await person.open(pending.url);
    const revokes = engine.hold('oidc-refresh-token', 'deleteWhere');
    const loggingOut = logOutElsewhere(person);
    await revokes.reached;
    const writes = engine.hold('oidc-session', 'insert');
    const loggingIn = person.fill('Password', PASSWORD).press('Continue');
    await writes.reached;
    revokes.open();
    await loggingOut;
    writes.open();
    await loggingIn;
    expect(await refusal(portal.complete(pending, person.arrivedAt))).toBe('invalid_grant');
    expect(await isSignedIn(person)).toBe(false);
  });

  it('X38 nor does one that runs while every session of the account ends', async () => {
    const { person } = await logIn(gatehouse, portal, 'duo@other.example', { params: { company: 'beta' } });
    const account = await gatehouse.accounts.byEmail('duo@other.example');
    const forBlue = await blue.begin({ company: 'beta' });
    const writes = engine.hold('oidc-authorization-code', 'put');
    const running = request(person, forBlue);
    await writes.reached;
    await gatehouse.accounts.raiseEpoch(account?.id ?? '', 'signed-out-everywhere');
    writes.open();
    const { location } = await running;
    expect(await refusal(blue.complete(forBlue, location))).toBe('invalid_grant');
    expect(await isSignedIn(person)).toBe(false);
  });

  it('the session of an account that has vanished leads to the log-in page, not to an error', async () => {
    const { person: browser } = await logIn(gatehouse, portal, 'vera@other.example');
    expect(await isSignedIn(browser)).toBe(true);
    const account = await gatehouse.accounts.byEmail('vera@other.example');
    await engine.remove('accounts', account?.id ?? '', clock.now());
    await browser.open((await portal.begin()).url);
    expect(browser.status).toBe(200);
    expect(browser.hasLabel('Email')).toBe(true);
  });

  it('A16 A17 one grant a company: after a switch the former company’s refresh token is dead, never the new one’s', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example');
    await person.choose('Acme Builders').press('Continue');
    const acme = await portal.complete(pending, person.arrivedAt);
    expect(acme.claims()?.['company_id']).toBe('acme');
    const again = await portal.begin({ prompt: 'select_account' });
    await person.open(again.url);
    await person.choose('Beta Bridges').press('Continue');
    const beta = await portal.complete(again, person.arrivedAt);
    expect(beta.claims()?.['company_id']).toBe('beta');
    expect(await refusal(oidc.refreshTokenGrant(portal.configuration, refreshTokenOf(acme)))).toBe(
      'invalid_grant',
    );
    const fresh = await oidc.refreshTokenGrant(portal.configuration, refreshTokenOf(beta));
    expect(fresh.claims()?.['company_id']).toBe('beta');
  });
});
