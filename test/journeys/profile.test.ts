import { refreshTokenGrant } from 'openid-client';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { openProfile, proveAgain } from '../support/profile.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const MINUTE = 60_000;
const CODE = 'Enter Your 6-digit Verification Code';
const NEW_PASSWORD = 'Battery-Staple-8';

const rowsOf = (person: JourneyBrowser) =>
  person
    .find('ul.rows')
    ?.querySelectorAll('li')
    .map((row) => row.textContent.replaceAll(/\s+/g, ' ').trim()) ?? [];

describe('My Profile Settings', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    const plain = ['settings', 'fresh', 'secret', 'devices', 'chain', 'gone'];
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        accounts: [
          ...plain.map((name) => entry(`${name}@other.example`, 'Pat Profile', ['beta'])),
          ...['loser', 'keeper', 'failing'].map((name) =>
            entry(`${name}@other.example`, 'Tess Totp', ['beta'], { totpSecret: TOTP_SECRET }),
          ),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const enter = (email: string, more: { totpSecret?: string; path?: string } = {}) =>
    openProfile(new JourneyBrowser([gatehouse.issuer]), gatehouse.issuer, `${email}@other.example`, {
      at: clock.now(),
      ...more,
    });

  it('G26 leads from the avatar to the tab, and keeps name, language and time zone', async () => {
    const person = await enter('settings');
    expect(person.title).toBe('My Profile Settings');
    expect(person.find('details.menu summary')?.textContent).toContain('Account & Profile');
    expect(person.headers.get('cache-control')).toBe('no-store');
    expect(person.links()).toEqual(expect.arrayContaining(['My Profile Settings', 'Log Out']));
    await person.fill('Name', '').press('Save Changes');
    expect([person.status, ...person.alerts]).toEqual([422, 'Enter your name, with at most 200 characters.']);
    await person.fill('Name', ' Padma Profil ').fill('Time zone', 'Mars/Olympus').press('Save Changes');
    expect([person.status, ...person.alerts]).toEqual([422, 'Select a time zone of the list.']);
    await person.fill('Name', ' Padma Profil ').fill('Time zone', 'Europe/Paris');
    await person.fill('Preferred language', 'fr').press('Save Changes');
    expect(person.title).toBe('Paramètres de mon profil');
    expect(person.text).toContain('Vos modifications ont été enregistrées.');
    expect(await accountOf(gatehouse, 'settings@other.example')).toMatchObject({
      name: 'Padma Profil',
      locale: 'fr',
      timeZone: 'Europe/Paris',
    });
    await person.follow('Mot de passe et sécurité');
    expect(person.text).toContain('Authentification à deux facteurs (2FA)');
  });

  it('C-13 X38 changes the password: the date is shown, this browser stays in, the other is out', async () => {
    const person = await enter('secret', { path: '/profile/security' });
    const elsewhere = await enter('secret');
    expect(person.text).toMatch(/Last changed on \w+ \d+, \d{4}/);
    await person.follow('Change Password');
    await proveAgain(person);
    expect(person.title).toBe('Change Your Password');
    await person.fill('Password', 'short').fill('Confirm', 'shorter').press('Set Password');
    expect(person.status).toBe(422);
    expect([person.has('#password-error'), person.has('#confirm-error')]).toEqual([true, true]);
    await person.fill('Password', NEW_PASSWORD).fill('Confirm', NEW_PASSWORD).press('Set Password');
    expect(person.url.pathname).toBe('/profile/security');
    await elsewhere.open('/profile');
    expect(elsewhere.title).toBe('Log in to Gatehouse');
    const next = await logIn(gatehouse, portal, 'secret@other.example', { password: NEW_PASSWORD });
    expect(next.person.arrivedAt).toBeDefined();
  });

  it('X34 counts a proof for five minutes: a form that is sent later asks again and comes back to it', async () => {
    const person = await enter('fresh', { path: '/profile/security/password' });
    await proveAgain(person);
    expect(person.title).toBe('Change Your Password');
    clock.advance(5 * MINUTE);
    await person.fill('Password', NEW_PASSWORD).fill('Confirm', NEW_PASSWORD).press('Set Password');
    expect(person.title).toBe('Enter your password');
    await proveAgain(person);
    expect(person.title).toBe('Change Your Password');
  });

  it('X38 signs out one device, and all of them, with their tokens', async () => {
    const party = await logIn(gatehouse, portal, 'devices@other.example');
    const tokens = await portal.complete(party.pending, party.person.arrivedAt);
    const person = await enter('devices', { path: '/profile/devices' });
    expect(person.text.match(/Last used on/g)).toHaveLength(2);
    expect(person.text).toContain('This device');
    expect(person.text).toContain('“Log Out” in the menu ends it in this browser.');
    const other =
      person.find('ul.rows li:not(:has(.badge)) input[name=session]')?.getAttribute('value') ?? '';
    const { fields } = person.form();
    // Another person's session is none of theirs.
    const stranger = await enter('gone', { path: '/profile/devices' });
    await stranger.post('/profile/devices/sign-out', {
      csrf: stranger.form().fields['csrf'] ?? '',
      session: other,
    });
    await person.post('/profile/devices/sign-out', { csrf: fields['csrf'] ?? '', session: other });
    expect(person.text).toContain('The device was signed out.');
    expect(person.text.match(/Last used on/g)).toHaveLength(1);
    await party.person.open(`${gatehouse.issuer}/profile`);
    expect(party.person.title).toBe('Log in to Gatehouse');
    await expect(refreshTokenGrant(portal.configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await person.press('Sign Out Everywhere');
    expect(person.title).toBe('You are logged out');
    await person.open('/profile');
    expect(person.title).toBe('Log in to Gatehouse');
  });

  it('X38 ends the page session at once with log-out and deactivation', async () => {
    const person = await enter('gone');
    await person.follow('Log Out');
    await person.press('Log Out');
    await person.open('/profile');
    expect(person.title).toBe('Log in to Gatehouse');
    const again = await enter('gone');
    const { id } = await accountOf(gatehouse, 'gone@other.example');
    await gatehouse.accounts.setStatus(id, 'inactive', { actor: 'system' });
    await again.open('/profile');
    expect(again.title).toBe('Log in to Gatehouse');
  });

  it('X19 takes a code and its page back in the browser that began, once, and nowhere else', async () => {
    const victim = new JourneyBrowser([gatehouse.issuer]);
    await openProfile(victim, gatehouse.issuer, 'chain@other.example');
    await victim.open('/signed-in?code=x&state=y');
    expect(victim.title).toBe('My Profile Settings');
    // A way back that somebody kept from their own log-in makes nobody else them.
    let kept = '';
    const attacker = new JourneyBrowser([gatehouse.issuer], {}, async (url, request) => {
      if (kept || !String(url).includes('/signed-in?')) return fetch(url, request);
      kept = String(url);
      return new Response('<h1>Kept</h1>', { headers: { 'content-type': 'text/html' } });
    });
    await openProfile(attacker, gatehouse.issuer, 'keeper@other.example', {
      totpSecret: TOTP_SECRET,
      at: clock.now(),
    });
    expect([attacker.title, new URL(kept).searchParams.has('code')]).toEqual(['Kept', true]);
    await victim.open(kept);
    expect([victim.title, victim.text]).toEqual([
      'My Profile Settings',
      expect.stringContaining('chain@other.example'),
    ]);
  });

  it('A17 switches the company without logging out, and comes back', async () => {
    const person = new JourneyBrowser([gatehouse.issuer]);
    await openProfile(person, gatehouse.issuer, 'duo@other.example');
    await person.follow('Switch company');
    await person.choose('Acme Builders').press('Continue');
    expect(person.title).toBe('My Profile Settings');
    expect(person.find('li:has(.badge)')?.textContent).toContain('Acme Builders');
    await person.follow('Switch company');
    await person.choose('Beta Bridges').press('Continue');
    expect(person.find('li:has(.badge)')?.textContent).toContain('Beta Bridges');
  });

  it('A16 does not ask for a company again that was chosen at a relying party, and lets the person switch', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'duo@other.example');
    await person.choose('Beta Bridges').press('Continue');
    await portal.complete(pending, person.arrivedAt);
    await person.open(`${gatehouse.issuer}/profile`);
    expect(person.title).toBe('My Profile Settings');
    expect(person.find('li:has(.badge)')?.textContent).toContain('Beta Bridges');
    // The choice stays open.
    await person.follow('Switch company');
    await person.choose('Acme Builders').press('Continue');
    expect(person.find('li:has(.badge)')?.textContent).toContain('Acme Builders');
  });

  it('shows wrong passwords and codes with count and place, and names what the operator’s file set up', async () => {
    clock.advance(MINUTE);
    const person = new JourneyBrowser([gatehouse.issuer]);
    await person.open(`${gatehouse.issuer}/profile`);
    await person.fill('Email', 'failing@other.example').press('Continue');
    for (const guess of ['Guess-1', 'Guess-2']) await person.fill('Password', guess).press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    await person.fill(CODE, '000000').press('Continue');
    await person.fill(CODE, await totpCode(clock.now(), TOTP_SECRET)).press('Continue');
    await gatehouse.settle();
    await person.open('/profile/activity');
    const rows = rowsOf(person);
    expect(rows.slice(0, 3)).toEqual([
      expect.stringContaining('You logged in'),
      expect.stringMatching(/^A wrong or expired code was entered .* from 127\.0\.0\.1/),
      expect.stringMatching(/^2 wrong passwords were entered .* from 127\.0\.0\.1/),
    ]);
    expect(rows.join()).toContain('Your membership of Beta Bridges was set up or changed');
    expect(rows.join()).toContain('An authenticator app was set up by the operator');
    expect(rows.join()).not.toContain('Your account was changed');
    expect(person.text).not.toMatch(/Guess-|000000/);
  });

  it('shows what happened to the account, newest first, without any secret', async () => {
    // Another time step, another code.
    clock.advance(MINUTE);
    const person = await enter('loser', { totpSecret: TOTP_SECRET });
    await gatehouse.settle();
    await person.open('/profile/activity');
    expect(person.text).toContain('You logged in');
    expect(person.text).not.toContain(PASSWORD);
  });
});
