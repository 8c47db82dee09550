import { DAY, HOUR } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn, prove } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { PASSWORD, world } from '../support/world.ts';

describe('stale log-in pages', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        clients: [
          client('homely', { client_uri: 'http://127.0.0.1:9/home' }),
          client('initiator', {
            client_uri: 'http://127.0.0.1:9/home',
            initiate_login_uri: 'https://portal.example/begin?from=gatehouse',
          }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const hasCode = (person: JourneyBrowser) => person.arrivedAt?.searchParams.has('code') ?? false;

  it('W4 a page left open for hours starts the same request again, with the address typed into it', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    clock.advance(3 * HOUR);
    await person.fill('Email', 'ada@other.example').press('Continue');
    expect(person.title).toBe('Enter your password');
    expect(person.text).toContain('ada@other.example');
    await person.fill('Password', PASSWORD).press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['email']).toBe('ada@other.example');
  });

  it('W4 a password page left open asks for the password again, with the address, and keeps nothing of what was sent', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'ada@other.example').press('Continue');
    clock.advance(3 * HOUR);
    await person.fill('Password', PASSWORD).press('Continue');
    expect([person.title, person.text.includes('ada@other.example')]).toEqual(['Enter your password', true]);
    await person.fill('Password', PASSWORD).press('Continue');
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
  });

  it('W4 the back button into a finished log-in goes on silently', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    const first = person.url;
    await prove(person, 'ada@other.example');
    expect(hasCode(person)).toBe(true);
    await person.open(first);
    expect(hasCode(person)).toBe(true);
  });

  it('W4 a form sent once more after the log-in goes on silently too', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'ada@other.example').press('Continue');
    const { action, fields } = person.form();
    await person.fill('Password', PASSWORD).press('Continue');
    expect(hasCode(person)).toBe(true);
    await person.open(gatehouse.issuer);
    await person.post(action, { ...fields, password: PASSWORD });
    expect(hasCode(person)).toBe(true);
  });

  it('W4 a second tab, opened meanwhile, resumes when the first has logged in', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    const tab = person.url;
    const other = await portal.begin();
    await person.open(other.url);
    await prove(person, 'ada@other.example');
    expect((await portal.complete(other, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
    await person.open(tab);
    expect(hasCode(person)).toBe(true);
  });

  it('W4 a form of the second tab leads on when the first has logged in, and nowhere else by redirect (decision 003)', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    const { action, fields } = person.form();
    await logIn(gatehouse, portal, 'ada@other.example', { browser: person });
    await person.open(gatehouse.issuer);
    await person.post(action, { ...fields, email: 'ada@other.example' });
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
  });

  it('W4 the second tab goes on for the person who was named in it', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'ada@other.example').press('Continue');
    const { action, fields } = person.form();
    await logIn(gatehouse, portal, 'duo@other.example', { browser: person });
    await person.choose('Beta Bridges').press('Continue');
    expect(hasCode(person)).toBe(true);
    await person.open(action);
    expect(person.title).toBe('Enter your password');
    await person.post(action, { ...fields, password: PASSWORD });
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
    const next = await portal.begin({ prompt: 'none' });
    await person.open(next.url);
    expect((await portal.complete(next, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
  });

  it('W4 X19 another browser can’t restart it: it gets a page that says so, with a way to start again', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    const stranger = await new JourneyBrowser([gatehouse.issuer]).open(person.url);
    expect([stranger.status, stranger.title]).toEqual([410, 'Your log-in has expired']);
    expect(stranger.links()).toContain('Start again');
  });

  it.each([
    ['homely', (_issuer: string) => 'http://127.0.0.1:9/home'],
    [
      'initiator',
      (issuer: string) => `https://portal.example/begin?from=gatehouse&iss=${encodeURIComponent(issuer)}`,
    ],
  ])('W4 the page that can’t be restored leads back to the relying party "%s", and tells it nobody’s address', async (clientId, entrance) => {
    const party = await relyingParty(gatehouse.issuer, { clientId, clientSecret: `${clientId}-secret` });
    const { person } = await beginLogIn(gatehouse, party);
    await person.fill('Email', 'ada@other.example').press('Continue');
    const stranger = new JourneyBrowser([gatehouse.issuer]);
    await stranger.open(person.url);
    expect([stranger.status, stranger.title]).toEqual([410, 'Your log-in has expired']);
    expect(stranger.text).not.toContain('ada@');
    await stranger.follow(`Go back to The ${clientId}`);
    expect(stranger.arrivedAt?.href).toBe(entrance(gatehouse.issuer));
    const french = new JourneyBrowser([gatehouse.issuer], { 'accept-language': 'fr' });
    expect((await french.open(person.url)).links()).toContain(`Retourner à The ${clientId}`);
  });

  it('W4 what is older than a day can’t be restored and says so', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    clock.advance(2 * DAY);
    await person.fill('Email', 'ada@other.example').press('Continue');
    expect([person.status, person.title]).toEqual([410, 'Your log-in has expired']);
  });

  it('B15 W4 "Start again" on a page that failed begins the same request again', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    const { action, fields } = person.form();
    await person.post(action, { ...fields, csrf: 'stale' });
    expect(person.status).toBe(403);
    await person.follow('Start again');
    await prove(person, 'ada@other.example');
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
  });

  it('B15 stale or broken cookies never loop, and "Start again" leaves them behind', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    for (const cookie of await person.jar.getCookies(gatehouse.issuer)) {
      await person.jar.setCookie(`${cookie.key}=broken; Path=${cookie.path}`, gatehouse.issuer);
    }
    await person.open((await portal.begin()).url);
    expect(person.title).toBe('Log in to Gatehouse');
    await person.open(`${gatehouse.issuer}/interaction/nowhere`);
    await person.follow('Start again');
    const left = (await person.jar.getCookies(gatehouse.issuer)).map(({ value }) => value);
    expect(left).not.toContain('broken');
    await person.open((await portal.begin()).url);
    await prove(person, 'ada@other.example');
    expect(hasCode(person)).toBe(true);
  });
});
