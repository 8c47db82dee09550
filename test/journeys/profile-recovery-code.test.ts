import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { mailsTo } from '../support/mails.ts';
import { openProfile, proveAgain } from '../support/profile.ts';
import { shownRecoveryCode } from '../support/recovery-code.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const MINUTE = 60_000;

describe('a recovery code on the profile that is not saved yet', () => {
  let gatehouse: TestGatehouse;
  let clock: TravellingClock;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      bootstrap: world({
        accounts: ['unsaved', 'closes', 'wanders'].map((name) =>
          entry(`${name}@other.example`, 'Uma Unsaved', ['beta'], { totpSecret: TOTP_SECRET }),
        ),
      }),
    });
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
  /** Past the time step of the last code, so that the next one is another. */
  const nextCode = () => clock.advance(MINUTE);

  it('X34 J8 a recovery code that lies unsaved for five minutes is shown, or downloaded, on a fresh factor alone', async () => {
    const person = await enter('unsaved', { totpSecret: TOTP_SECRET });
    await person.open('/profile/security/recovery-code');
    await person.press('Request New Code');
    const code = shownRecoveryCode(person);
    const { action, fields } = person.form();
    clock.advance(6 * MINUTE);
    await person.post(new URL(`${action.pathname}?download=yes`, action), fields);
    expect([person.title, person.html.includes(code.slice(0, 4))]).toEqual(['Verify Your Identity', false]);
    await person.open('/profile/security/recovery-code/save');
    expect([person.title, shownRecoveryCode(person)]).toEqual(['Verify Your Identity', '']);
    await person
      .fill('Enter Your 6-digit Verification Code', await totpCode(clock.now(), TOTP_SECRET))
      .press('Continue');
    expect([person.title, shownRecoveryCode(person)]).toEqual(['Save Your Recovery Code', code]);
    // To say that it is saved shows nothing, and needs nothing.
    clock.advance(6 * MINUTE);
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(person.url.pathname).toBe('/profile/security');
    expect((await mailsTo(gatehouse, 'unsaved@other.example')).map(({ subject }) => subject)).toEqual([
      'A new recovery code was made',
    ]);
  });

  it('J5 J9 a page that was closed can be opened again, in the session that made the code and while it is in force', async () => {
    const banner = 'You have not confirmed that you saved your recovery code.';
    const here = await enter('closes', { totpSecret: TOTP_SECRET });
    await here.open('/profile/security/recovery-code');
    await here.press('Request New Code');
    const code = shownRecoveryCode(here);
    nextCode();
    const elsewhere = await enter('closes', { totpSecret: TOTP_SECRET });
    expect(elsewhere.text).toContain(banner);
    expect(elsewhere.links()).not.toContain('Show the code again');
    for (const path of ['/profile', '/profile/security']) {
      await here.open(path);
      expect(here.text).toContain(banner);
      await here.follow('Show the code again');
      expect(shownRecoveryCode(here)).toBe(code);
    }
    const { action, fields } = here.form();
    clock.advance(1);
    await elsewhere.open('/profile/security/recovery-code');
    await elsewhere.press('Request New Code');
    const newer = shownRecoveryCode(elsewhere);
    // What is void now is shown no more, and its page confirms nothing of the newer one.
    await here.open('/profile/security/recovery-code/save');
    expect([here.url.pathname, shownRecoveryCode(here)]).toEqual(['/profile/security', '']);
    expect(here.links()).not.toContain('Show the code again');
    await here.post(action, { ...fields, saved: 'yes' });
    expect([here.url.pathname, here.text]).toEqual(['/profile/security', expect.stringContaining(banner)]);
    await elsewhere.open('/profile/security/recovery-code/save');
    expect(shownRecoveryCode(elsewhere)).toBe(newer);
    await elsewhere.choose('I Have Securely Saved This Code').press('Continue');
    expect(elsewhere.text).not.toContain(banner);
  });

  it('J5 J9 a look at another app in the meantime makes no void code good again', async () => {
    const here = await enter('wanders', { totpSecret: TOTP_SECRET });
    await here.open('/profile/security/recovery-code');
    await here.press('Request New Code');
    const { action, fields } = here.form();
    nextCode();
    const elsewhere = await enter('wanders', { totpSecret: TOTP_SECRET });
    await elsewhere.open('/profile/security/recovery-code');
    await elsewhere.press('Request New Code');
    nextCode();
    await here.open('/profile/security/authenticator');
    await proveAgain(here, { at: clock.now() });
    expect(here.url.pathname).toBe('/profile/security/authenticator');
    await here.open('/profile/security/recovery-code/save');
    expect([here.url.pathname, shownRecoveryCode(here)]).toEqual(['/profile/security', '']);
    await here.post(action, { ...fields, saved: 'yes' });
    expect(here.text).toContain('You have not confirmed that you saved your recovery code.');
  });
});
