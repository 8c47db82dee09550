import { Cookie } from 'tough-cookie';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn, prove } from '../support/sign-in.ts';
import { world } from '../support/world.ts';

const TABS = 16;
const KEPT = 12;
const NAMES = [
  'gh_session',
  'gh_browser',
  'gh_known',
  'gh_lang',
  'gh_reset',
  'gh_interaction',
  'gh_resume',
  'gh_open',
];

describe('cookies', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ bootstrap: world() });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const all = (person: JourneyBrowser) =>
    (person.jar.serializeSync()?.cookies ?? []).filter(
      ({ expires }) => !expires || Date.parse(String(expires)) > Date.now(),
    );

  it('W5 W4 log-ins that are never finished keep twelve sets of cookies at most, and the tabs beyond start again', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    const oldest = person.form();
    for (let tab = 1; tab < TABS; tab++) await person.open((await portal.begin()).url);
    const named = (name: string) => all(person).filter(({ key }) => key === name).length;
    expect([named('gh_interaction'), named('gh_resume')]).toEqual([KEPT, KEPT]);
    expect((await person.jar.getCookieString(`${gatehouse.issuer}/auth`)).length).toBeLessThan(2_000);
    await person.post(oldest.action, { ...oldest.fields, email: 'ada@other.example' });
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', 'Correct-Horse-7').press('Continue');
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
  });

  it('B15 "Start again" leaves the links of mails that were opened behind, too', async () => {
    const person = new JourneyBrowser([gatehouse.issuer]);
    const links = { gh_invitation: '/welcome', gh_reset: '/reset-password', gh_address: '/confirm-address' };
    const held = () => all(person).flatMap(({ key, value }) => (key && key in links && value ? key : []));
    for (const path of Object.values(links)) {
      const url = `${gatehouse.issuer}${path}`;
      const answer = await fetch(`${url}?token=${'t'.repeat(43)}`, { redirect: 'manual' });
      for (const line of answer.headers.getSetCookie()) person.jar.setCookieSync(line, url);
    }
    expect(held().sort()).toEqual(Object.keys(links).sort());
    await person.open(`${gatehouse.issuer}/start-again`);
    expect(held()).toEqual([]);
  });

  it.each([
    ['nonsense', 'garbage%00"; \u00e9'.replace(/[^\x20-\x7e]|[";]/g, 'x')],
    ['what another installation signed', `${'A'.repeat(43)}`],
    ['a long value', 'z'.repeat(900)],
  ])('B15 W4 %s in every cookie of ours never loops or fails, on any page; "Start again" leads on', async (_what, value) => {
    const spoil = (person: JourneyBrowser, path: string) => {
      for (const key of NAMES)
        for (const name of [key, `${key}.sig`])
          person.jar.setCookieSync(new Cookie({ key: name, value, path }), gatehouse.issuer);
    };
    const pages = [
      ...gatehouse.web.http
        .routes()
        .filter(({ method }) => method === 'GET')
        .map(({ path }) => path.replace(/:\w+/g, 'nowhere12345')),
      '/auth/nowhere12345',
      '/session/end',
      '/nowhere',
    ];
    for (const path of pages) {
      const person = new JourneyBrowser([gatehouse.issuer]);
      spoil(person, '/');
      await person.open(`${gatehouse.issuer}${path}`);
      expect([path, person.status < 500, person.title !== '']).toEqual([path, true, true]);
      // A log-in that ends here for now can be started again.
      if (/^\/(auth|interaction)\//.test(path) && person.status >= 400)
        expect([path, person.links()]).toEqual([path, expect.arrayContaining(['Start again'])]);
    }
    const person = new JourneyBrowser([gatehouse.issuer]);
    spoil(person, '/');
    const pending = await portal.begin();
    await person.open(pending.url);
    await prove(person, 'ada@other.example');
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
  });

  it('B15 "Start again" leaves no cookie of ours behind that could be stale', async () => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example');
    const held = () =>
      all(person).flatMap(({ path, value }) => (value && (path === '/' || path === '/auth') ? value : []));
    const before = held();
    await person.open(`${gatehouse.issuer}/interaction/nowhere`);
    await person.follow('Start again');
    expect(person.title).toBe('Log in to Gatehouse');
    // The log-in that it leads to begins with cookies of its own.
    expect(before.length).toBeGreaterThan(0);
    expect(held().filter((value) => before.includes(value))).toEqual([]);
  });
});
