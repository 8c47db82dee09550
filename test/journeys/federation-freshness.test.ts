import { type FederationWorld, SAM, signInThere, startFederationWorld } from '../support/federation-world.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';

const HOUR_S = 3600;

describe('a fresh proof that the relying party demands of an SSO person', () => {
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld();
  });
  afterEach(() => world.upstream.control({}));
  afterAll(() => world.stop());

  /** A browser in which the person signed in some hours ago. */
  async function signedIn(email = SAM): Promise<JourneyBrowser> {
    const browser = world.browser();
    await world.upstream.control({ authAge: 2 * HOUR_S });
    const { person } = await world.signIn(email, { browser });
    expect(person.arrivedAt).toBeDefined();
    await world.upstream.control({});
    return browser;
  }

  it.each([
    { params: { prompt: 'login' }, forwarded: { prompt: 'login', max_age: '0' } },
    { params: { max_age: '0' }, forwarded: { prompt: 'login', max_age: '0' } },
    { params: { max_age: '60' }, forwarded: { max_age: '60' } },
  ])('W18 $params goes on to the IdP, and auth_time is that of the new proof', async ({
    params,
    forwarded,
  }) => {
    const browser = await signedIn();
    const { person, pending } = await world.leave(SAM, { browser, params });
    expect(person.url.origin).toBe(world.upstream.issuer);
    expect(Object.fromEntries(person.url.searchParams)).toMatchObject({ ...forwarded, login_hint: SAM });
    const asked = Math.floor(Date.now() / 1000);
    await signInThere(person, SAM);
    const checks = { maxAge: 60 };
    const claims = (await world.portal.complete(pending, person.arrivedAt, checks)).claims();
    expect(claims?.auth_time).toBeGreaterThanOrEqual(asked - 1);
  });

  it.each([
    { prompt: 'login' },
    { max_age: '60' },
  ])('X15 an older proof is refused for %j', async (params) => {
    const browser = await signedIn();
    const { person } = await world.leave(SAM, { browser, params });
    await world.upstream.control({ authAge: HOUR_S });
    await signInThere(person, SAM);
    expect(person.status).toBe(403);
    expect(person.arrivedAt).toBeUndefined();
    await world.upstream.control({});
    await signInThere(await person.follow('Try again'), SAM);
    expect(person.arrivedAt?.searchParams.get('code')).toBeTruthy();
  });

  it('X15 another person’s proof is refused, and the first one stays signed in', async () => {
    const browser = await signedIn();
    const { person } = await world.leave(SAM, { browser, params: { prompt: 'login' } });
    await signInThere(person, 'mallory@acme.example');
    expect(person.alerts.join()).toContain('with another account than the one you started with');
    expect(await world.gatehouse.accounts.byEmail('mallory@acme.example')).toBeUndefined();
    const silent = await world.portal.begin({ prompt: 'none' });
    await browser.open(silent.url);
    expect((await world.portal.complete(silent, browser.arrivedAt)).claims()?.['email']).toBe(SAM);
  });

  it('another address typed on purpose is another person’s log-in', async () => {
    const browser = await signedIn();
    const { person } = await world.leave(SAM, { browser, params: { prompt: 'login' } });
    await world.upstream.control({ error: 'access_denied' });
    await signInThere(person, SAM);
    await world.upstream.control({});
    await person.follow('Use another email address');
    await person.fill('Email', 'tom@acme.example').press('Continue');
    await signInThere(person, 'tom@acme.example');
    expect(person.arrivedAt).toBeDefined();
    const silent = await world.portal.begin({ prompt: 'none' });
    await browser.open(silent.url);
    const claims = (await world.portal.complete(silent, browser.arrivedAt)).claims();
    expect(claims?.['email']).toBe('tom@acme.example');
  });

  it('W18 an IdP whose auth_time says nothing cannot meet the demand, and says so', async () => {
    const browser = await signedIn('gus@globex.example');
    const { person } = await world.leave('', { browser, params: { prompt: 'login' } });
    await signInThere(person, 'gus@globex.example');
    expect(person.status).toBe(403);
    expect(person.alerts.join()).toContain('could not show that you did so just now');
    expect(person.arrivedAt).toBeUndefined();
  });

  it('W18 an answer without auth_time does not meet the demand either', async () => {
    const browser = await signedIn();
    const { person } = await world.leave(SAM, { browser, params: { prompt: 'login' } });
    await world.upstream.control({ claims: { auth_time: null } });
    await signInThere(person, SAM);
    expect(person.arrivedAt).toBeUndefined();
    expect(person.status).toBe(403);
  });
});
