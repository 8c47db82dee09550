import { type FederationWorld, signInThere, startFederationWorld } from '../support/federation-world.ts';
import type { JourneyBrowser } from '../support/journey-browser.ts';
import { openProfile, proveAgain } from '../support/profile.ts';
import { client } from '../support/protocol-clients.ts';
import { relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, TOTP_SECRET, totpCode } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const MINUTE = 60_000;

describe('My Profile Settings, which are the person’s and no company’s', () => {
  let acme: FederationWorld;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    acme = await startFederationWorld({
      clock,
      companies: [
        { id: 'idle', name: 'Idle Ironworks', settings: { session: { idleMinutes: 10 } } },
        { id: 'delta', name: 'Delta Decks' },
      ],
      accounts: [
        entry('one@other.example', 'Una One', ['beta']),
        entry('several@other.example', 'Sev Several', ['beta', 'delta']),
        entry('two-apps@other.example', 'Tia Apps', ['beta', 'delta']),
        entry('later@other.example', 'Lou Later', ['beta', 'delta']),
        entry('idler@other.example', 'Ida Idle', ['beta', 'idle']),
        entry('strict@other.example', 'Stu Strict', ['beta', 'gamma'], { totpSecret: TOTP_SECRET }),
        entry('unready@other.example', 'Una Ready', ['beta', 'gamma']),
        entry('none@other.example', 'Nic None', [], { platformRole: 'operator' }),
        entry('left@other.example', 'Lee Left', ['beta']),
      ],
      clients: [client('second')],
    });
  });
  afterAll(async () => {
    await acme.stop();
    clock.restore();
  });
  beforeEach(() => clock.travelBack());

  const issuer = () => acme.gatehouse.issuer;
  const open = (email: string, path = '/profile') =>
    openProfile(acme.browser(), issuer(), email, { path, at: clock.now() });
  async function giveCode(person: JourneyBrowser) {
    clock.advance(MINUTE);
    return person.fill(CODE, await totpCode(clock.now())).press('Continue');
  }
  async function join(email: string, companyId: string) {
    const { id } = await accountOf(acme.gatehouse, email);
    const [known] = await acme.gatehouse.companies.membershipsOf(id);
    if (!known) throw new Error('no membership');
    await acme.gatehouse.companies.putMembership({ ...known, companyId }, { actor: 'test' });
  }

  it.each([
    ['one company', 'one@other.example'],
    ['several companies', 'several@other.example'],
    ['no company', 'none@other.example'],
  ])('A16 open without the question for a person of %s', async (_what, email) => {
    const person = await open(email);
    expect(person.title).toBe('My Profile Settings');
    await person.open('/profile/security/password');
    await proveAgain(person);
    expect(person.hasLabel('Confirm')).toBe(true);
  });

  it('A16 open without the question after two companies at two relying parties, and still tell of both', async () => {
    const second = await relyingParty(issuer(), { clientId: 'second', clientSecret: 'second-secret' });
    const { person } = await logIn(acme.gatehouse, acme.portal, 'two-apps@other.example', {
      browser: acme.browser(),
      params: { company: 'beta' },
    });
    await person.open((await second.begin({ company: 'delta' })).url);
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    await person.open(`${issuer()}/profile`);
    expect(person.title).toBe('My Profile Settings');
    for (const name of ['Beta Bridges', 'Delta Decks']) expect(person.text).toContain(name);
    await person.follow('Switch company');
    await person.choose('Delta Decks').press('Continue');
    expect(person.find('li:has(.badge)')?.textContent).toContain('Delta Decks');
  });

  it('A17 X42 have answered for no company: the first application asks for it, and for its second factor', async () => {
    const email = 'later@other.example';
    const person = await open(email);
    await join(email, 'gamma');
    const asked = await acme.portal.begin();
    await person.open(asked.url);
    expect(person.title).toBe('Select a Company');
    await person.choose('Gamma Glass').press('Continue');
    expect([person.arrivedAt, person.title]).toEqual([undefined, 'Enter your password']);
    const other = await acme.portal.begin({ company: 'beta' });
    await person.open(other.url);
    expect((await acme.portal.complete(other, person.arrivedAt)).claims()?.['company_id']).toBe('beta');
  });

  it('H16 X34 want the second factor that one of several companies enforces, at the log-in and before a change', async () => {
    const person = await open('strict@other.example');
    expect(person.hasLabel(CODE)).toBe(true);
    await giveCode(person);
    expect(person.title).toBe('My Profile Settings');
    clock.advance(6 * MINUTE);
    for (const path of ['/profile/security/authenticator', '/profile/security/recovery-code']) {
      await person.open(path);
      expect(person.title).not.toBe('Secure your Account');
    }
    expect(person.hasLabel(CODE)).toBe(true);
    await person.open('/profile/security/authenticator');
    await proveAgain(person);
    await giveCode(person);
    expect(person.title).toBe('Secure your Account');
  });

  it('G13 H1 open only once a method is set up where one of several companies enforces it', async () => {
    const person = await open('unready@other.example');
    expect(person.title).toBe('Two-Factor Authentication Required');
    await person.open('/profile');
    expect(person.title).not.toBe('My Profile Settings');
  });

  it('H14 end with the shortest idle time of all companies', async () => {
    const person = await open('idler@other.example');
    clock.advance(11 * MINUTE);
    await person.open('/profile');
    expect(person.title).toBe('Log in to Gatehouse');
  });

  it('E3 H16 take the company whose identity provider signed the person in; another one’s factor is asked with that company', async () => {
    const email = 'both@acme.example';
    const person = acme.browser();
    await person.open(`${issuer()}/profile`);
    await person.fill('Email', email).press('Continue');
    await signInThere(person, email);
    expect(person.title).toBe('My Profile Settings');
    expect(person.find('li:has(.badge)')?.textContent).toContain('Acme Builders');
    await person.follow('Switch company');
    await person.choose('Gamma Glass').press('Continue');
    expect(person.title).not.toBe('My Profile Settings');
    await person.open((await acme.portal.begin({ company: 'gamma' })).url);
    expect(person.arrivedAt).toBeUndefined();
  });

  it('A19 refuse who belongs to no company any more', async () => {
    const { id } = await accountOf(acme.gatehouse, 'left@other.example');
    const [beta] = await acme.gatehouse.companies.membershipsOf(id);
    await acme.gatehouse.companies.putMembership({ ...(beta as object), status: 'inactive' } as never, {
      actor: 'test',
    });
    const person = await open('left@other.example');
    expect([person.status, person.title]).toEqual([403, 'Permission denied, sorry']);
  });
});
