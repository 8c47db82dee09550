import * as oidc from 'openid-client';
import { MINUTE } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { agree } from '../support/invitations.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { linkTo, mailsTo } from '../support/mails.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, world } from '../support/world.ts';

const NEW_PASSWORD = 'Battery-Staple-8';
const PLANNER = { clientId: 'planner', clientSecret: 'planner-secret', scope: 'openid email' };

describe('resetting a password', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    const names = [
      'mail',
      'scan',
      'once',
      'older',
      'rules',
      'ends',
      'late',
      'carry',
      'plain',
      'resend',
      'trap',
    ];
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        companies: [{ id: 'strict', name: 'Strict Steel', settings: { password: { minLength: 18 } } }],
        accounts: [
          entry('strict@other.example', 'Stu Strict', ['beta', 'strict']),
          ...names.map((name) => entry(`${name}@other.example`, 'Rita Reset', ['beta'])),
          entry('factor@other.example', 'Fred Factor', ['beta'], { totpSecret: TOTP_SECRET }),
        ],
        clients: [client(PLANNER.clientId, { client_name: 'Site Planner', first_party: false })],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const browser = () => new JourneyBrowser([gatehouse.issuer]);

  async function request(email: string): Promise<JourneyBrowser> {
    const person = await browser().open(`${gatehouse.issuer}/forgot-password`);
    return person.fill('Email', email).press('Submit');
  }

  const set = (person: JourneyBrowser, password: string, confirm = password) =>
    person.fill('Password', password).fill('Confirm', confirm).press('Reset Password');

  it('D1 leads back to the log-in that it was opened from, and elsewhere to a new one', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'plain@other.example').press('Continue');
    const uid = person.url.pathname.split('/')[2];
    await person.follow('Forgot your password?');
    // Still so when the page comes again.
    await person.fill('Email', 'no address').press('Submit');
    await person.follow('Back to the log-in');
    expect(person.url.pathname.split('/')[2]).toBe(uid);
    expect(person.title).toBe('Enter your password');
    for (const query of ['', '?resume=', '?resume=//evil.example', '?resume=../x', '?resume=%0d%0a']) {
      const page = await browser().open(`${gatehouse.issuer}/forgot-password${query}`);
      expect([query, page.find('main .after a')?.getAttribute('href')]).toEqual([query, '/profile']);
    }
  });

  it('D2 D3 says the same to everybody, and points to the spam folder', async () => {
    const known = await request('mail@other.example');
    const unknown = await request('nobody@other.example');
    expect(known.text).toContain('If the address is known, a mail is on its way');
    expect(known.text).toContain('check your spam folder');
    expect([unknown.status, unknown.text.replace('nobody@', 'mail@')]).toEqual([200, known.text]);
    expect(await mailsTo(gatehouse, 'nobody@other.example')).toEqual([]);
    expect(await mailsTo(gatehouse, 'mail@other.example')).toHaveLength(1);
  });

  it('D3 "Send it again" sends another mail, after a wait, and says the same of every address', async () => {
    const pages = [];
    for (const name of ['resend', 'nobody']) {
      const email = `${name}@other.example`;
      const person = await request(email);
      await person.press('Send it again');
      expect([person.status, person.headers.get('retry-after')]).toEqual([429, '30']);
      pages.push(person.text.replace(email, 'EMAIL'));
      clock.advance(30_000);
      await person.press('Send it again');
      pages.push(person.text.replace(email, 'EMAIL'));
      expect([person.status, person.title]).toEqual([200, 'Check your email']);
      // The next wait has begun.
      await person.press('Send it again');
      expect(person.alerts).toEqual(['Wait 30 seconds before you ask for another mail.']);
    }
    expect(pages.slice(0, 2)).toEqual(pages.slice(2));
    expect([
      await mailsTo(gatehouse, 'resend@other.example'),
      await mailsTo(gatehouse, 'nobody@other.example'),
    ]).toMatchObject([{ length: 2 }, { length: 0 }]);
  });

  it('D2 one network gets ten requests a minute, whatever the addresses', async () => {
    const nextMinute = () => clock.advance(MINUTE - (clock.now() % MINUTE));
    nextMinute();
    const statuses = [];
    for (let n = 0; n < 11; n++) statuses.push((await request(`who-${n}@other.example`)).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
    nextMinute();
    expect((await request('who-11@other.example')).status).toBe(200);
    nextMinute();
  });

  it('X4 what somebody else allowed an application, before the owner proved the address, is void with the reset', async () => {
    const planner = await relyingParty(gatehouse.issuer, PLANNER);
    const { id } = await accountOf(gatehouse, 'trap@other.example');
    await gatehouse.accounts.update(id, (account) => ({ ...account, emailVerified: false }));
    const attacker = await logIn(gatehouse, planner, 'trap@other.example');
    await attacker.person.press('Accept');
    const { accountSessions } = gatehouse.web.authorizationServer;
    expect(await accountSessions.applications(id)).toHaveLength(1);
    await request('trap@other.example');
    await set(await browser().open(await linkTo(gatehouse, 'trap@other.example')), NEW_PASSWORD);
    expect(await accountSessions.applications(id)).toEqual([]);
    expect(await accountOf(gatehouse, 'trap@other.example')).toMatchObject({ emailVerified: true });
    const owner = await logIn(gatehouse, planner, 'trap@other.example', { password: NEW_PASSWORD });
    await agree(owner.person);
    expect(owner.person.title).toBe('Site Planner wants to access your account');
    // A later reset takes nothing from the owner.
    await owner.person.press('Accept');
    clock.advance(MINUTE);
    await request('trap@other.example');
    await set(await browser().open(await linkTo(gatehouse, 'trap@other.example')), 'Another-Staple-9');
    expect(await accountSessions.applications(id)).toHaveLength(1);
  });

  it('D4 W6 opening the link, or only its head, spends nothing and leaves no token in the address', async () => {
    await request('scan@other.example');
    const link = await linkTo(gatehouse, 'scan@other.example');
    expect(new URL(link).origin).toBe(gatehouse.issuer);
    for (const method of ['HEAD', 'GET', 'GET']) {
      const response = await fetch(link, { method, redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([303, '/reset-password']);
    }
    const person = await browser().open(link);
    expect([person.url.search, person.title]).toEqual(['', 'Create a New Password']);
    expect(person.html).not.toContain(new URL(link).searchParams.get('token'));
    await set(person, NEW_PASSWORD);
    expect(person.title).toBe('Your password was changed');
  });

  it('D4 is good for one submission; a second click says so and offers a new link', async () => {
    await request('once@other.example');
    const link = await linkTo(gatehouse, 'once@other.example');
    const [first, second] = [await browser().open(link), await browser().open(link)];
    await set(first, NEW_PASSWORD);
    await set(second, 'Other-Staple-9');
    expect([second.status, second.title]).toEqual([410, 'This link no longer works']);
    const third = await browser().open(link);
    expect(third.text).toContain('It was already used.');
    await third.follow('Get a new link');
    expect(third.title).toBe('Forgot your password?');
    const refused = await logIn(gatehouse, portal, 'once@other.example', { password: 'Other-Staple-9' });
    expect(refused.person.status).toBe(401);
  });

  it('D4 a newer link ends the older one, and each ends with its time', async () => {
    await request('older@other.example');
    const older = await linkTo(gatehouse, 'older@other.example');
    await request('older@other.example');
    expect((await browser().open(older)).title).toBe('This link no longer works');
    const newer = await linkTo(gatehouse, 'older@other.example');
    const person = await browser().open(newer);
    expect(person.title).toBe('Create a New Password');
    clock.advance(gatehouse.config.limits.resetLinkMinutes * MINUTE);
    expect((await set(person, NEW_PASSWORD)).text).toContain('It has expired.');
  });

  it('D5 refuses by the same rules without spending the link', async () => {
    await request('rules@other.example');
    const person = await browser().open(await linkTo(gatehouse, 'rules@other.example'));
    await set(person, 'short', 'shorter');
    expect([person.status, person.title]).toEqual([422, 'Create a New Password']);
    expect(person.has('[data-rule="length"][data-state="unmet"]')).toBe(true);
    expect(person.find('#confirm-error')?.text).toContain('Passwords must match');
    await set(person, PASSWORD);
    expect(person.has('[data-rule="history"][data-state="unmet"]')).toBe(true);
    await set(person, NEW_PASSWORD, 'Battery-Staple-9');
    expect(person.alerts).toEqual(['Passwords must match']);
    await set(person, NEW_PASSWORD);
    expect(person.title).toBe('Your password was changed');
  });

  it('D5 C-1 wants the length of the strictest of the person’s companies', async () => {
    await request('strict@other.example');
    const person = await browser().open(await linkTo(gatehouse, 'strict@other.example'));
    await set(person, NEW_PASSWORD);
    expect([person.status, person.has('[data-rule="length"][data-state="unmet"]')]).toEqual([422, true]);
    await set(person, 'Battery-Staple-of-20');
    expect(person.title).toBe('Your password was changed');
  });

  it('D6 X38 ends sessions and refresh tokens, and tells the person by mail', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'ends@other.example');
    const tokens = await portal.complete(pending, person.arrivedAt);
    await request('ends@other.example');
    await set(await browser().open(await linkTo(gatehouse, 'ends@other.example')), NEW_PASSWORD);
    const silent = await person.open((await portal.begin({ prompt: 'none' })).url);
    expect(silent.arrivedAt?.searchParams.get('error')).toBe('login_required');
    const refresh = oidc.refreshTokenGrant(portal.configuration, tokens.refresh_token ?? 'none');
    await expect(refresh).rejects.toMatchObject({ error: 'invalid_grant' });
    const subjects = (await mailsTo(gatehouse, 'ends@other.example')).map(({ subject }) => subject);
    expect(subjects).toContain('Your password was changed');
  });

  it('D7 signs nobody in: the person goes back to the login page, and the factor is still asked', async () => {
    await request('factor@other.example');
    const reset = await browser().open(await linkTo(gatehouse, 'factor@other.example'));
    await set(reset, NEW_PASSWORD);
    expect(reset.text).toContain('Go back to the login page and enter your email and new password.');
    await reset.follow('Log in');
    expect(reset.title).toBe('Log in to Gatehouse');
    const silent = await reset.open((await portal.begin({ prompt: 'none' })).url);
    expect(silent.arrivedAt?.searchParams.get('error')).toBe('login_required');
    const { person } = await logIn(gatehouse, portal, 'factor@other.example', { password: NEW_PASSWORD });
    expect(person.title).toBe('Verify Your Identity');
  });

  it('D1 D7 takes up the log-in that was under way, with the address', async () => {
    const { person, pending } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'carry@other.example').press('Continue');
    await person.follow('Forgot your password?');
    await person.press('Submit');
    await person.open(await linkTo(gatehouse, 'carry@other.example'));
    await set(person, NEW_PASSWORD);
    await person.follow('Log in');
    expect(person.title).toBe('Enter your password');
    expect(person.text).toContain('carry@other.example');
    await person.fill('Password', NEW_PASSWORD).press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['email']).toBe('carry@other.example');
  });

  it('D1 what is no address is sent back to be corrected', async () => {
    const person = await browser().open(`${gatehouse.issuer}/forgot-password`);
    await person.fill('Email', 'ada at home').press('Submit');
    expect([person.status, person.title]).toEqual([422, 'Forgot your password?']);
    expect(person.text).toContain('Enter an email address in the form name@example.com.');
    expect(person.find('#email')?.getAttribute('value')).toBe('ada at home');
  });

  it('D1 in another browser the reset works as well, without the way back', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    await person.follow('Forgot your password?');
    await person.fill('Email', 'plain@other.example').press('Submit');
    const elsewhere = await browser().open(await linkTo(gatehouse, 'plain@other.example'));
    await set(elsewhere, NEW_PASSWORD);
    expect(elsewhere.title).toBe('Your password was changed');
    await elsewhere.follow('Log in');
    // Not the log-in of the other browser, which knows the address.
    expect(elsewhere.title).toBe('Log in to Gatehouse');
  });

  it('X20 a link that nobody made looks like one that is over', async () => {
    const person = await browser().open(`${gatehouse.issuer}/reset-password?token=made-up`);
    expect([person.status, person.title]).toEqual([410, 'This link no longer works']);
  });
});
