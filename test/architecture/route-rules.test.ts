import { createHmac } from 'node:crypto';
import type { Route } from '#http';
import { createSecretBox, MINUTE } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { openProfile } from '../support/profile.ts';
import { relyingParty } from '../support/relying-party.ts';
import { beginLogIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person, TOTP_SECRET, world } from '../support/world.ts';

const SECRET_KEY = 'route-rules-key-route-rules-key-route-rules';
const csrfKey = createSecretBox([SECRET_KEY]).keysFor('csrf')[0] ?? '';

/** What each rule of the table means; a new one wants a walk of its own here. */
const SIGNED_IN = /^the person signed in/;
const FRESH = /of the last 5 minutes/;
const OTHER_RULES = [
  'anyone',
  'whoever holds the mailed link',
  'the browser that began the log-in',
  'the browser that left for the identity provider',
  'the browser that left to log in',
];

interface Answer {
  status: number;
  location: URL | undefined;
}

describe('who may use a route', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let routes: readonly Route[];
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { SECRET_KEYS: SECRET_KEY },
      bootstrap: world({
        accounts: [person('walker@other.example', 'Wanda Walker', ['beta'], { totpSecret: TOTP_SECRET })],
      }),
    });
    routes = gatehouse.web.http.routes();
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const which = (rule: RegExp | string) =>
    routes.filter(({ who }) => (typeof rule === 'string' ? who.who === rule : rule.test(who.who)));
  const nameOf = ({ method, path }: Route) => `${method} ${path}`;

  /** With a form token that is good in this browser, so that nothing but the rule of the route is in the way. */
  async function ask(browser: JourneyBrowser, { method, path }: Route, uid = 'unknown'): Promise<Answer> {
    const url = new URL(path.replace(':uid', uid).replace(/:\w+/g, 'unknown'), gatehouse.issuer);
    const cookies = await browser.jar.getCookies(url.href);
    const id = cookies.find(({ key }) => key === 'gh_browser')?.value ?? '';
    const csrf = createHmac('sha256', csrfKey).update(`${id}\n${url.pathname}`).digest('base64url');
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        origin: gatehouse.issuer,
        cookie: await browser.jar.getCookieString(url.href),
      },
      ...(method !== 'GET' && { body: new URLSearchParams({ csrf }) }),
    });
    await response.arrayBuffer();
    const location = response.headers.get('location');
    return { status: response.status, location: location ? new URL(location, url) : undefined };
  }

  /** Somebody who was here before, with a cookie for form tokens, and is not signed in. */
  const stranger = () => new JourneyBrowser([gatehouse.issuer]).open(`${gatehouse.issuer}/support`);
  const leftToLogIn = ({ status, location }: Answer) => ({
    status,
    path: location?.pathname,
    client: location?.searchParams.get('client_id'),
  });
  const LOGS_IN = { status: 303, path: '/auth', client: 'gatehouse-account' };

  it('is one of the rules that are walked here', () => {
    const rules = new Set(routes.map(({ who }) => who.who).filter((rule) => !SIGNED_IN.test(rule)));
    expect([...rules].sort()).toEqual([...OTHER_RULES].sort());
  });

  it('is somebody signed in wherever a path lies in the profile, and nowhere else', () => {
    const own = routes.filter(({ path }) => /^\/(profile|switch-company)(\/|$)/.test(path)).map(nameOf);
    expect(which(SIGNED_IN).map(nameOf).sort()).toEqual(own.sort());
  });

  it('sends strangers to log in, by GET and by POST, before anything else', async () => {
    const visitor = await stranger();
    for (const route of which(SIGNED_IN))
      expect([nameOf(route), leftToLogIn(await ask(visitor, route))]).toEqual([nameOf(route), LOGS_IN]);
  });

  it('X34 asks whoever is signed in for the proofs that a route names, once they are older than five minutes', async () => {
    const walker = await openProfile(
      new JourneyBrowser([gatehouse.issuer]),
      gatehouse.issuer,
      'walker@other.example',
      { totpSecret: TOTP_SECRET, at: clock.now() },
    );
    clock.advance(6 * MINUTE);
    const asked = which(FRESH);
    expect(asked.length).toBeGreaterThan(10);
    for (const route of asked) {
      const answer = await ask(walker, route);
      const wants = route.who.who.includes('password') ? 'login' : null;
      expect([nameOf(route), leftToLogIn(answer)]).toEqual([nameOf(route), LOGS_IN]);
      expect([nameOf(route), answer.location?.searchParams.get('prompt')]).toEqual([nameOf(route), wants]);
      expect([nameOf(route), answer.location?.searchParams.get('factor_max_age')]).toEqual([
        nameOf(route),
        route.who.who.includes('second factor') ? '300' : null,
      ]);
    }
    // The sign-in alone is enough for the rest; what ends it comes last.
    const rest = which(SIGNED_IN)
      .filter((route) => !asked.includes(route) && route.path !== '/switch-company')
      .sort((one, other) => Number(one.path.endsWith('-all')) - Number(other.path.endsWith('-all')));
    for (const route of rest) {
      const { status, location } = await ask(walker, route);
      expect([nameOf(route), [200, 303, 422].includes(status), location?.pathname]).toEqual([
        nameOf(route),
        true,
        location === undefined ? undefined : expect.stringMatching(/^\/profile/),
      ]);
    }
  });

  it('X19 gives nobody the log-in that another browser began', async () => {
    const portal = await relyingParty(gatehouse.issuer);
    const { person: ada } = await beginLogIn(gatehouse, portal);
    const uid = ada.url.pathname.split('/')[2] ?? '';
    const eve = await stranger();
    const begun = which('the browser that began the log-in');
    expect(begun.length).toBeGreaterThan(40);
    for (const route of begun)
      expect([nameOf(route), (await ask(eve, route, uid)).status]).toEqual([nameOf(route), 410]);
    const [dispatch] = begun;
    expect(dispatch && (await ask(ada, dispatch, uid)).status).toBe(200);
  });

  it('is nobody without the mailed link or the way back, whatever they send', async () => {
    const visitor = await stranger();
    const answers = async (rule: string) =>
      Object.fromEntries(
        await Promise.all(
          which(rule).map(async (route) => [nameOf(route), (await ask(visitor, route)).status] as const),
        ),
      );
    expect(await answers('whoever holds the mailed link')).toEqual({
      'GET /confirm-address': 410,
      'POST /confirm-address': 410,
      'POST /confirm-address/cancel': 410,
      'GET /reset-password': 410,
      'POST /reset-password': 410,
      'GET /welcome': 410,
      'GET /welcome/done': 410,
      // The same answer for every link (X28); a mail goes out for one that is real.
      'POST /welcome/new-invitation': 200,
    });
    expect(await answers('the browser that left for the identity provider')).toEqual({
      'GET /federation/:connection/callback': 404,
    });
    const [signedIn] = which('the browser that left to log in');
    expect(signedIn && (await ask(visitor, signedIn)).location?.pathname).toBe('/profile');
  });
});
