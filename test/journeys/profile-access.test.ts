import { fetchUserInfo, refreshTokenGrant, tokenIntrospection } from 'openid-client';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { openProfile, proveAgain } from '../support/profile.ts';
import { client } from '../support/protocol-clients.ts';
import { relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const PLANNER = { clientId: 'planner', clientSecret: 'planner-secret' };
const MINUTE = 60_000;

/** Every page and act that changes what the person proves themselves with, or where they are reached. */
const SENSITIVE = [
  '/profile/email',
  '/profile/security/password',
  '/profile/security/authenticator',
  '/profile/security/authenticator/remove',
  '/profile/security/phone',
  '/profile/security/always-require/off',
] as const;

/** One person a row: a code of an app is good once. */
const matrixAddress = (path: string) => `${path.replaceAll('/', '')}@other.example`;

describe('who may see and change a profile', () => {
  let gatehouse: TestGatehouse;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { SESSION_ABSOLUTE_HOURS: '1' },
      bootstrap: world({
        companies: [
          { id: 'strict', name: 'Strict Steel', settings: { lockout: { enabled: true, attempts: 3 } } },
          { id: 'idle', name: 'Idle Ironworks', settings: { session: { idleMinutes: 10 } } },
        ],
        accounts: [
          ...['code', ...SENSITIVE].map((path) =>
            entry(matrixAddress(path), 'Mat Rix', ['beta'], { totpSecret: TOTP_SECRET }),
          ),
          entry('plain@other.example', 'Pla In', ['beta']),
          entry('stolen@other.example', 'Sto Len', ['beta']),
          entry('kept@other.example', 'Kep Tout', ['strict']),
          entry('idler@other.example', 'Ida Idle', ['idle']),
          entry('apps@other.example', 'Cora Consent', ['beta']),
          entry('paths@other.example', 'Pat Paths', ['beta']),
          entry('device@other.example', 'Dee Vice', ['beta']),
        ],
        clients: [client(PLANNER.clientId, { client_name: 'Site Planner', first_party: false })],
      }),
    });
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });
  // Each test begins now: some engines let volatile documents end by the server's own time.
  beforeEach(() => clock.travelBack());
  const browser = () => new JourneyBrowser([gatehouse.issuer]);

  it.each(
    SENSITIVE,
  )('X34 %s wants the password and a factor of minutes ago, by GET and by POST', async (path) => {
    const person = await openProfile(browser(), gatehouse.issuer, matrixAddress(path), {
      totpSecret: TOTP_SECRET,
      at: clock.now(),
    });
    clock.advance(6 * MINUTE);
    await person.open(path);
    expect(person.title).toBe('Enter your password');
    // The password alone is not enough.
    await person.fill('Enter your account’s current password', PASSWORD).press('Continue');
    expect(person.title).toBe('Verify Your Identity');
    await person.open(path);
    expect(person.title).toBe('Enter your password');
    await person.fill('Enter your account’s current password', PASSWORD).press('Continue');
    await person
      .fill('Enter Your 6-digit Verification Code', await totpCode(clock.now(), TOTP_SECRET))
      .press('Continue');
    expect(person.url.pathname).toBe(path);
    const form = person.form();
    clock.advance(6 * MINUTE);
    await person.post(form.action, form.fields);
    expect(person.title).toBe('Enter your password');
    const account = await accountOf(gatehouse, matrixAddress(path));
    expect((await gatehouse.credentials.totp.status(account.id)).enrolled).toBe(true);
    expect(account.alwaysSecondFactor).toBeUndefined();
  });

  it.each([
    ['prompt', ['prompt'], 'You could not be logged in'],
    ['prompt and nonce', ['prompt', 'nonce'], 'Enter your password'],
  ])('X34 a stolen session that takes %s out of our own request changes no password', async (_what, taken, title) => {
    let tampers = false;
    const tampering: typeof fetch = (input, init) => {
      const url = new URL(String(input));
      if (tampers && url.pathname === '/auth') {
        for (const name of taken) url.searchParams.delete(name);
        tampers = false;
      }
      return fetch(url, init);
    };
    const thief = new JourneyBrowser([gatehouse.issuer], {}, tampering);
    await openProfile(thief, gatehouse.issuer, 'stolen@other.example');
    tampers = true;
    await thief.open('/profile/security/password');
    expect(tampers).toBe(false);
    expect(thief.hasLabel('Confirm')).toBe(false);
    expect(thief.title).toBe(title);
    await thief.open('/profile/security/password');
    expect(thief.title).toBe('Enter your password');
  });

  it('X36 X29 guesses of strangers keep nobody who is signed in from their pages, and there the guesses are counted too', async () => {
    const email = 'kept@other.example';
    const portal = await relyingParty(gatehouse.issuer);
    const person = await openProfile(browser(), gatehouse.issuer, email);
    for (let guess = 0; guess < 4; guess++)
      await logIn(gatehouse, portal, email, { password: 'Wrong-Horse-7' });
    const { id } = await accountOf(gatehouse, email);
    const lock = () => gatehouse.credentials.passwords.lockState(id);
    expect((await lock()).locked).toBe(true);
    await person.open('/profile/security/password');
    await proveAgain(person);
    expect(person.hasLabel('Confirm')).toBe(true);
    // The page of the current password is no way around the counter of this browser.
    clock.advance(6 * MINUTE);
    await person.open('/profile/security/password');
    for (let guess = 0; guess < 3; guess++) await proveAgain(person, { password: 'Wrong-Horse-7' });
    expect(person.title).toBe('Account Locked');
    await person.open('/profile/security/password');
    await proveAgain(person);
    expect([person.title, person.hasLabel('Confirm')]).toEqual(['Account Locked', false]);
  });

  it('X34 a new recovery code wants a factor of minutes ago', async () => {
    const person = await openProfile(browser(), gatehouse.issuer, matrixAddress('code'), {
      totpSecret: TOTP_SECRET,
      at: clock.now(),
      path: '/profile/security/recovery-code',
    });
    const { action, fields } = person.form();
    clock.advance(6 * MINUTE);
    await person.post(action, fields);
    expect(person.title).toBe('Verify Your Identity');
    const { id } = await accountOf(gatehouse, matrixAddress('code'));
    expect((await gatehouse.credentials.recoveryCodes.status(id)).exists).toBe(false);
  });

  it('X34 another client cannot ask in the name of our pages, nor be redeemed as one', async () => {
    const portal = await relyingParty(gatehouse.issuer);
    const { person } = await logIn(gatehouse, portal, 'plain@other.example', {
      params: { factor_max_age: '0' },
    });
    const code = person.arrivedAt?.searchParams.get('code') ?? '';
    expect(code).not.toBe('');
    const redeemed = await gatehouse.web.authorizationServer.accountSessions.redeem({
      code,
      clientId: 'gatehouse-account',
      redirectUri: `${gatehouse.issuer}/signed-in`,
      codeVerifier: 'x'.repeat(43),
    });
    expect(redeemed).toBeUndefined();
  });

  it('X16 comes back to a path of ours and to nothing else', async () => {
    const person = await openProfile(browser(), gatehouse.issuer, 'paths@other.example', {
      path: '/profile/activity?after=made-up',
    });
    expect(person.url.pathname).toBe('/profile/activity');
    for (const path of ['//evil.example/profile', '/\\evil.example', '/profile/%2F%2Fevil.example']) {
      const visitor = browser();
      await visitor.open(`${gatehouse.issuer}${path}`).catch(() => undefined);
      expect(visitor.url.origin).toBe(gatehouse.issuer);
    }
    // Neither the way back nor the client can be chosen by whoever writes the link.
    const elsewhere = new URLSearchParams({
      client_id: 'gatehouse-account',
      redirect_uri: 'https://evil.example/',
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    await person.open(`/auth?${elsewhere}`);
    expect([person.status, person.url.origin]).toEqual([400, gatehouse.issuer]);
  });

  it('X19 X20 every page is kept out of caches and frames, and no form works without its token', async () => {
    const person = await openProfile(browser(), gatehouse.issuer, 'paths@other.example');
    for (const path of ['/profile', '/profile/security', '/profile/devices', '/profile/applications']) {
      await person.open(path);
      expect(person.headers.get('cache-control')).toBe('no-store');
      expect(person.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
    await person.post('/profile', { name: 'Forged', language: '', timeZone: '' });
    expect(person.status).toBe(403);
    expect((await accountOf(gatehouse, 'paths@other.example')).name).toBe('Pat Paths');
  });

  it('C-10 H14 the pages count as activity, and end with the idle time of the person’s company, which is no other’s', async () => {
    const person = await openProfile(browser(), gatehouse.issuer, 'idler@other.example');
    const colleague = await openProfile(browser(), gatehouse.issuer, 'plain@other.example');
    for (let visit = 0; visit < 3; visit++) {
      clock.advance(8 * MINUTE);
      await person.open('/profile');
      expect(person.title).toBe('My Profile Settings');
    }
    clock.advance(11 * MINUTE);
    await person.open('/profile');
    expect(person.title).toBe('Log in to Gatehouse');
    await colleague.open('/profile');
    expect(colleague.title).toBe('My Profile Settings');
  });

  it('X38 a device that is signed out takes with it what applications got there, offline access too', async () => {
    const planner = await relyingParty(gatehouse.issuer, {
      ...PLANNER,
      scope: 'openid email offline_access',
    });
    const { person: lost, pending } = await logIn(gatehouse, planner, 'device@other.example', {
      params: { prompt: 'consent' },
    });
    await lost.press('Accept');
    const tokens = await planner.complete(pending, lost.arrivedAt);
    const introspect = () => tokenIntrospection(planner.configuration, tokens.access_token);
    expect((await introspect()).active).toBe(true);
    const own = await openProfile(browser(), gatehouse.issuer, 'device@other.example', {
      path: '/profile/devices',
    });
    const session = own.find('ul.rows li:not(:has(.badge)) input[name=session]')?.getAttribute('value') ?? '';
    await own.post('/profile/devices/sign-out', { csrf: own.form().fields['csrf'] ?? '', session });
    expect(own.text).toContain('The device was signed out.');
    expect((await introspect()).active).toBe(false);
    await expect(refreshTokenGrant(planner.configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('X38 takes an application’s access back with its tokens at once, those of a session that is over too, and asks for consent again', async () => {
    const planner = await relyingParty(gatehouse.issuer, {
      ...PLANNER,
      scope: 'openid email offline_access',
    });
    const { person, pending } = await logIn(gatehouse, planner, 'apps@other.example', {
      params: { prompt: 'consent' },
    });
    await person.press('Accept');
    const tokens = await planner.complete(pending, person.arrivedAt);
    // The session's hour ends, what is there offline goes on: nothing but the grants tells of it any more.
    clock.advance(50 * MINUTE);
    const offline = await refreshTokenGrant(planner.configuration, tokens.refresh_token ?? '');
    clock.advance(15 * MINUTE);
    const isActive = async () =>
      (await tokenIntrospection(planner.configuration, offline.access_token)).active;
    const sub = tokens.claims()?.sub ?? '';
    const told = () => fetchUserInfo(planner.configuration, offline.access_token, sub);
    expect([await isActive(), (await told()).email]).toEqual([true, 'apps@other.example']);

    await openProfile(person, gatehouse.issuer, 'apps@other.example', { path: '/profile/applications' });
    expect(person.text).toContain('Site Planner');
    expect(person.text).toContain('See your email address');
    await person.press('Revoke Access (Site Planner)');
    expect(person.text).toContain('You have not given any application access to your account.');
    expect(await isActive()).toBe(false);
    await expect(told()).rejects.toMatchObject({ status: 401 });
    for (const token of [tokens.refresh_token, offline.refresh_token])
      await expect(refreshTokenGrant(planner.configuration, token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
    await person.open((await planner.begin()).url);
    expect(person.title).toBe('Site Planner wants to access your account');
  });
});
