import { shownSecret } from '../support/authenticator-setup.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { mailsTo } from '../support/mails.ts';
import { openProfile, proveAgain, VOIDS } from '../support/profile.ts';
import { shownRecoveryCode } from '../support/recovery-code.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const MINUTE = 60_000;

describe('My Profile Settings: second factors', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    const enrolled = ['change', 'code', 'toggle', 'again'];
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        companies: [
          { id: 'turns', name: 'Turning Timber' },
          { id: 'quiet', name: 'Quiet Quarries', settings: { mfa: { available: false } } },
          {
            id: 'soon',
            name: 'Soon Steel',
            settings: { mfa: { required: true, enforcementDate: '2099-12-01', timeZone: 'UTC' } },
          },
        ],
        accounts: [
          entry('first@other.example', 'Pat Profile', ['beta']),
          ...enrolled.map((name) =>
            entry(`${name}@other.example`, 'Tess Totp', ['beta'], { totpSecret: TOTP_SECRET }),
          ),
          entry('turned@other.example', 'Tom Turned', ['turns'], { totpSecret: TOTP_SECRET }),
          entry('locked@other.example', 'Max Must', ['gamma'], { totpSecret: TOTP_SECRET }),
          entry('two@other.example', 'Tom Two', ['beta'], {
            totpSecret: TOTP_SECRET,
            phone: '+12025550177',
          }),
          entry('quiet@other.example', 'Quinn Quiet', ['quiet']),
          entry('early@other.example', 'Erin Early', ['soon']),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  // No test meets a code that another one has spent.
  beforeEach(() => nextCode());
  afterAll(async () => {
    await gatehouse.stop();
    clock.restore();
  });

  const enter = (email: string, more: { totpSecret?: string; path?: string } = {}) =>
    openProfile(new JourneyBrowser([gatehouse.issuer]), gatehouse.issuer, `${email}@other.example`, {
      at: clock.now(),
      ...more,
    });
  /** Past the time step of the last code, so that the next one is another. */
  const nextCode = () => clock.advance(MINUTE);

  it('G27 G29 K4 adds an app after the current password, and ends with a recovery code', async () => {
    const person = await enter('first');
    await person.follow('Password & Security');
    expect(person.text).toContain('Two-Factor Authentication (2FA)');
    await person.follow('Add Authenticator App');
    expect(person.title).toBe('Enter your password');
    await proveAgain(person);
    expect(person.title).toBe('Secure your Account');
    const secret = shownSecret(person);
    await person.fill('Enter the 6-Digit Verification Code', '000000').press('Continue');
    expect([person.status, ...person.alerts]).toEqual([
      422,
      'This code is incorrect. Check it and try again.',
    ]);
    expect(shownSecret(person)).toBe(secret);
    await person
      .fill('Enter the 6-Digit Verification Code', await totpCode(clock.now(), secret))
      .press('Continue');
    expect(person.title).toBe('Save Your Recovery Code');
    expect(shownRecoveryCode(person)).toMatch(/^(\d{4} ){7}\d{4}$/);
    await person.press('Continue');
    expect(person.alerts).toEqual(['Confirm that you have saved the code.']);
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(person.url.pathname).toBe('/profile/security');
    expect(person.links()).toContain('Change Authenticator App');
    expect((await mailsTo(gatehouse, 'first@other.example')).map(({ subject }) => subject)).toContain(
      'An authenticator app was added',
    );
    // The code is shown no more, and the next log-in asks for a code (H16).
    await person.open('/profile/security/recovery-code/save');
    expect(person.url.pathname).toBe('/profile/security');
    const next = await logIn(gatehouse, portal, 'first@other.example');
    expect(next.person.title).toBe('Verify Your Identity');
  });

  it('J10 K3 X38 changes the app: the old one is good until the new one is proven, other sessions end, this one goes on with a new recovery code', async () => {
    const person = await enter('change', { totpSecret: TOTP_SECRET });
    nextCode();
    const elsewhere = await enter('change', { totpSecret: TOTP_SECRET });
    nextCode();
    await person.open('/profile/security');
    await person.follow('Change Authenticator App');
    // The factor of minutes ago still counts beside the password.
    await proveAgain(person);
    expect(person.title).toBe('Secure your Account');
    expect(person.text).toContain(VOIDS);
    const secret = shownSecret(person);
    const { id } = await accountOf(gatehouse, 'change@other.example');
    const { recoveryCodes } = gatehouse.credentials;
    const former = await recoveryCodes.issue(id, { actor: id });
    nextCode();
    const { person: third } = await logIn(gatehouse, portal, 'change@other.example');
    await third
      .fill('Enter Your 6-digit Verification Code', await totpCode(clock.now(), TOTP_SECRET))
      .press('Continue');
    expect(third.arrivedAt).toBeDefined();
    await person
      .fill('Enter the 6-Digit Verification Code', await totpCode(clock.now(), secret))
      .press('Continue');
    expect(person.title).toBe('Save Your Recovery Code');
    expect(person.buttons()).toEqual(expect.arrayContaining(['Copy', 'Download']));
    expect(await recoveryCodes.verify(id, former, {})).toEqual({ outcome: 'wrong' });
    expect(await recoveryCodes.verify(id, shownRecoveryCode(person), {})).toEqual({ outcome: 'ok' });
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(person.url.pathname).toBe('/profile/security');
    await elsewhere.open('/profile');
    expect(elsewhere.title).toBe('Log in to Gatehouse');
    nextCode();
    const old = await logIn(gatehouse, portal, 'change@other.example');
    await old.person
      .fill('Enter Your 6-digit Verification Code', await totpCode(clock.now(), TOTP_SECRET))
      .press('Continue');
    expect(old.person.status).toBe(422);
  });

  it('J7 J8 J9 gives a new recovery code after a fresh factor alone, and voids the former', async () => {
    const person = await enter('code', { totpSecret: TOTP_SECRET });
    const { id } = await accountOf(gatehouse, 'code@other.example');
    const former = await gatehouse.credentials.recoveryCodes.issue(id, { actor: id });
    clock.advance(6 * MINUTE);
    await person.open('/profile/security');
    await person.follow('Request New Code');
    expect(person.title).toBe('Verify Your Identity');
    await person
      .fill('Enter Your 6-digit Verification Code', await totpCode(clock.now(), TOTP_SECRET))
      .press('Continue');
    expect(person.title).toBe('Request New Code');
    await person.press('Request New Code');
    expect(person.title).toBe('Save Your Recovery Code');
    const fresh = shownRecoveryCode(person);
    const { recoveryCodes } = gatehouse.credentials;
    expect(await recoveryCodes.verify(id, former, {})).toEqual({ outcome: 'wrong' });
    await person.press('Download');
    expect(person.html.trim()).toBe(fresh);
    expect((await mailsTo(gatehouse, 'code@other.example')).map(({ subject }) => subject)).toContain(
      'A new recovery code was made',
    );
    expect(await recoveryCodes.verify(id, fresh, {})).toEqual({ outcome: 'ok' });
  });

  it('J8 whoever has two methods chooses which one verifies them before a new code', async () => {
    const person = await enter('two');
    const methods = () => {
      expect(person.title).toBe('How Do You Want to Verify Your Identity');
      return person.links().filter((link) => ['Authenticator App', 'Use a Phone Number'].includes(link));
    };
    expect(methods()).toHaveLength(2);
    await person.follow('Authenticator App');
    await person
      .fill('Enter Your 6-digit Verification Code', await totpCode(clock.now(), TOTP_SECRET))
      .press('Continue');
    clock.advance(6 * MINUTE);
    await person.open('/profile/security');
    await person.follow('Request New Code');
    expect(methods()).toHaveLength(2);
    await person.follow('Use a Phone Number');
    const messages = (await gatehouse.sentMessages()).filter(({ to }) => to === '+12025550177');
    const code = /\b\d{6}\b/.exec(messages.at(-1)?.text ?? '')?.[0] ?? '';
    await person.fill('Enter Your 6-digit Verification Code', code).press('Continue');
    await person.press('Request New Code');
    expect(shownRecoveryCode(person)).toMatch(/^(\d{4} ){7}\d{4}$/);
  });

  it('K8 says at the last method that it stays while a company enforces it, and refuses to remove it', async () => {
    const reason =
      'You can’t remove your last verification method: Gamma Glass requires two-factor authentication. Set up another method first.';
    const person = await enter('locked', { totpSecret: TOTP_SECRET });
    await person.open('/profile/security');
    expect(person.links()).not.toContain('Remove App');
    expect(person.text).toContain(reason);
    await person.open('/profile/security/authenticator/remove');
    await proveAgain(person);
    await person.press('Remove App');
    expect([person.status, ...person.alerts]).toEqual([422, reason]);
    const { id } = await accountOf(gatehouse, 'locked@other.example');
    expect((await gatehouse.credentials.totp.status(id)).enrolled).toBe(true);
    // A second one that will do: either may go.
    await gatehouse.credentials.phones.importPhone(id, '+12025550178');
    await person.open('/profile/security');
    expect(person.links()).toEqual(expect.arrayContaining(['Remove App', 'Remove Phone Number']));
    expect(person.text).not.toContain(reason);
    await gatehouse.credentials.phones.remove(id, { actor: id });
  });

  it('H17 locks "Always Require 2FA" while a company enforces it, on the server too', async () => {
    const person = await enter('locked', { totpSecret: TOTP_SECRET, path: '/profile/security' });
    const box = person.find('#always');
    expect(person.hasLabel('Always Require 2FA to Log into My Account')).toBe(true);
    expect([box?.hasAttribute('disabled'), box?.hasAttribute('checked')]).toEqual([true, true]);
    expect(person.text).toContain('This setting is locked: Gamma Glass requires two-factor authentication.');
    const { action, fields } = person.form();
    await person.post(action, { csrf: fields['csrf'] ?? '' });
    await proveAgain(person);
    expect(person.url.pathname).toBe('/profile/security');
    const { alwaysSecondFactor } = await accountOf(gatehouse, 'locked@other.example');
    expect(alwaysSecondFactor).toBeUndefined();
  });

  it('H17 a form to turn it off that was open when a company began to enforce it is of no use', async () => {
    const person = await enter('turned', { totpSecret: TOTP_SECRET, path: '/profile/security' });
    const box = person.form();
    await person.post(box.action, { csrf: box.fields['csrf'] ?? '' });
    await proveAgain(person);
    expect(person.title).toBe('Log In Without 2FA');
    const company = await gatehouse.companies.byId('turns');
    if (!company) throw new Error('no company');
    const settings = { ...company.settings, mfa: { ...company.settings.mfa, required: true } };
    await gatehouse.companies.put({ ...company, settings }, { actor: 'system' });
    await person.press('Turn Off');
    expect(person.url.pathname).toBe('/profile/security');
    expect((await accountOf(gatehouse, 'turned@other.example')).alwaysSecondFactor).toBeUndefined();
  });

  it('H17 G30 lets the log-in do without a code where nobody enforces it, but never a change of a factor (X34)', async () => {
    const person = await enter('toggle', { totpSecret: TOTP_SECRET, path: '/profile/security' });
    const unticked = person.form();
    await person.post(unticked.action, { csrf: unticked.fields['csrf'] ?? '' });
    await proveAgain(person);
    expect(person.title).toBe('Log In Without 2FA');
    await person.press('Turn Off');
    expect(person.text).toContain('Your log-in no longer asks for a second step.');
    expect((await mailsTo(gatehouse, 'toggle@other.example')).map(({ subject }) => subject)).toContain(
      'Your log-in no longer asks for a second step',
    );
    const { person: again } = await logIn(gatehouse, portal, 'toggle@other.example');
    expect(again.arrivedAt).toBeDefined();
    await again.open(`${gatehouse.issuer}/profile/security`);
    await again.follow('Change Authenticator App');
    nextCode();
    await again.fill('Enter your account’s current password', PASSWORD).press('Continue');
    expect(again.title).toBe('Verify Your Identity');
  });

  it('G30 turns it on again, from the next log-in on', async () => {
    const { id } = await accountOf(gatehouse, 'again@other.example');
    await gatehouse.accounts.update(id, (stored) => ({ ...stored, alwaysSecondFactor: false }));
    const person = await enter('again', { path: '/profile/security' });
    expect(person.find('#always')?.hasAttribute('checked')).toBe(false);
    person.choose('Always Require 2FA to Log into My Account');
    await person.press('Save Changes');
    expect(person.find('#always')?.hasAttribute('checked')).toBe(true);
    expect((await mailsTo(gatehouse, 'again@other.example')).map(({ subject }) => subject)).toContain(
      'Your log-in asks for a second step',
    );
    const { person: next } = await logIn(gatehouse, portal, 'again@other.example');
    expect(next.title).toBe('Verify Your Identity');
    // Devices that were trusted before, or are in this moment, are so no more.
    expect((await accountOf(gatehouse, 'again@other.example')).trustEpoch).toBe(1);
  });

  it('G25 G32 offers early enrolment with the date, and says why there is none', async () => {
    const early = await openProfile(
      new JourneyBrowser([gatehouse.issuer]),
      gatehouse.issuer,
      'early@other.example',
    );
    await early.press('Remind me later');
    expect(early.text).toContain('Soon Steel requires two-factor authentication from December 1, 2099.');
    await early.follow('Go to Password & Security');
    expect(early.links()).toContain('Add Authenticator App');
    const quiet = await enter('quiet', { path: '/profile/security' });
    expect(quiet.links()).not.toContain('Add Authenticator App');
    expect(quiet.text).toContain('Ask your Company Administrator to have it enabled.');
    await quiet.open('/profile/security/authenticator');
    await proveAgain(quiet);
    expect(quiet.url.pathname).toBe('/profile/security');
  });
});
