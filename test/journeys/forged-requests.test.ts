import { SECOND } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { PASSWORD, world } from '../support/world.ts';

describe('forged requests', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({ clock, bootstrap: world() });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  /** At the password page, with its form as it would be sent. */
  async function passwordForm() {
    const { person } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'ada@other.example').press('Continue');
    const { action, fields } = person.form();
    const complete: Record<string, string> = { ...fields, password: PASSWORD };
    return { person, action, fields: complete };
  }

  it.each([
    ['no token', (fields: Record<string, string>) => ({ ...fields, csrf: '' }), {}],
    ['a made-up token', (fields: Record<string, string>) => ({ ...fields, csrf: 'x'.repeat(43) }), {}],
    ['a foreign Origin', (fields: Record<string, string>) => fields, { origin: 'https://evil.example' }],
    ['a cross-site request', (fields: Record<string, string>) => fields, { 'sec-fetch-site': 'cross-site' }],
  ])('X19 refuses a form with %s, and does nothing', async (_what, forge, headers) => {
    const { person, action, fields } = await passwordForm();
    await person.post(action, forge(fields), headers);
    expect([person.status, person.title]).toEqual([403, 'This form has expired']);
    await person.open(action);
    expect(person.title).toBe('Enter your password');
  });

  it('X19 refuses the token of another form and of another browser', async () => {
    const { person, action, fields } = await passwordForm();
    const other = await passwordForm();
    await person.post(action, { ...fields, csrf: other.fields['csrf'] ?? '' });
    expect(person.status).toBe(403);
    await person.open(action);
    await person.follow('Not you?');
    await person.post(action, { ...fields, csrf: person.form().fields['csrf'] ?? '' });
    expect(person.status).toBe(403);
  });

  it('X19 a log-in that somebody else began can’t be finished in this browser', async () => {
    const attacker = await passwordForm();
    const victim = new JourneyBrowser([gatehouse.issuer]);
    await victim.open((await portal.begin()).url);
    await victim.open(attacker.action);
    expect([victim.status, victim.title]).toEqual([410, 'Your log-in has expired']);
    await victim.post(attacker.action, attacker.fields);
    expect([victim.status, victim.arrivedAt]).toEqual([403, undefined]);
  });

  it('X19 a planted interaction cookie is not enough: the progress belongs to the browser that made it', async () => {
    const attacker = await passwordForm();
    const victim = await new JourneyBrowser([gatehouse.issuer]).open((await portal.begin()).url);
    for (const cookie of await attacker.person.jar.getCookies(attacker.action.href)) {
      if (cookie.key.startsWith('gh_interaction'))
        await victim.jar.setCookie(`${cookie.cookieString()}; Path=${cookie.path}`, attacker.action.href);
    }
    await victim.open(attacker.action);
    expect(victim.title).not.toBe('Enter your password');
  });

  it('X19 the session identifier changes at each log-in and step-up', async () => {
    const sessionOf = async (person: JourneyBrowser) =>
      (await person.jar.getCookies(gatehouse.issuer)).find(({ key }) => key === 'gh_session')?.value;
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    const first = await sessionOf(person);
    await person.open((await portal.begin({ prompt: 'login' })).url);
    await person.fill('Password', PASSWORD).press('Continue');
    const second = await sessionOf(person);
    expect(first).toBeDefined();
    expect(second).not.toBe(first);
    // Requests in flight are waited for as long.
    clock.advance(15 * SECOND);
    await person.jar.setCookie(`gh_session=${first}`, gatehouse.issuer);
    await person.open((await portal.begin({ prompt: 'none' })).url);
    expect(person.arrivedAt?.searchParams.get('error')).toBe('login_required');
  });

  it('W5 every cookie is HttpOnly and SameSite=Lax', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    const { cookies = [] } = person.jar.serializeSync() ?? {};
    expect(cookies.length).toBeGreaterThan(2);
    for (const { key, httpOnly, sameSite } of cookies)
      expect([key, httpOnly, sameSite]).toEqual([key, true, 'lax']);
  });

  it.each([
    ['another path', 'http://127.0.0.1:9/callback/../elsewhere'],
    ['a longer path', 'http://127.0.0.1:9/callback/x'],
    ['another host', 'https://evil.example/callback'],
    ['a query', 'http://127.0.0.1:9/callback?next=https://evil.example'],
    ['user info', 'http://127.0.0.1:9@evil.example/callback'],
    ['a backslash', 'http://127.0.0.1:9\\@evil.example/callback'],
    ['a script', 'javascript:alert(1)//http://127.0.0.1:9/callback'],
  ])('X16 a redirect URI with %s gets a page of ours, never a redirect', async (_what, redirect_uri) => {
    const person = await new JourneyBrowser([gatehouse.issuer]).open(
      (await portal.begin({ redirect_uri })).url,
    );
    expect([person.status, person.url.origin]).toEqual([400, gatehouse.issuer]);
    expect(person.title).toBe('The way back is not registered');
    expect(person.text).toContain('Otherwise open the application again');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
  ])('X16 no address of ours leads to %s', async (target) => {
    const person = new JourneyBrowser([gatehouse.issuer]);
    const encoded = encodeURIComponent(target);
    for (const path of [
      `/start-again?from=${encoded}&next=${encoded}`,
      `/forgot-password?resume=${encoded}&lang=fr`,
      `/${encoded}?lang=fr`,
      `//evil.example/?lang=fr`,
    ]) {
      await person.open(`${gatehouse.issuer}${path}`);
      expect(person.arrivedAt).toBeUndefined();
      expect(person.html).not.toMatch(/href="(https?:)?\/\/evil|href="javascript/);
    }
  });
});
