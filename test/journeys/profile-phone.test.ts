import { confirmAuthenticator } from '../support/authenticator-setup.ts';
import type { TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { openProfile, proveAgain, VOIDS } from '../support/profile.ts';
import { shownRecoveryCode } from '../support/recovery-code.ts';
import { accountOf } from '../support/sign-in.ts';
import { type SmsWorld, startSmsWorld } from '../support/sms-world.ts';
import type { TravellingClock } from '../support/travelling-clock.ts';
import { person as entry } from '../support/world.ts';

const FIRST = '+12025550101';
const SECOND = '+12025550102';
const THIRD = '+12025550103';

describe('the phone number in My Profile Settings', () => {
  let world: SmsWorld;
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    world = await startSmsWorld([
      entry('phone@other.example', 'Phil Phone', ['beta']),
      entry('both@other.example', 'Beth Both', ['beta']),
      entry('last@other.example', 'Lars Last', ['gamma'], { phone: '+12025550111' }),
      entry('lost@other.example', 'Lotte Lost', ['beta'], { phone: '+12025550112' }),
      {
        ...entry('payee@other.example', 'Pay Payee', []),
        memberships: [{ company: 'beta', payments: 'payee' }],
        phone: '+12025550109',
      },
      {
        ...entry('payor@other.example', 'Pay Payor', []),
        memberships: [{ company: 'beta', payments: 'payor' }],
        totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      },
    ]);
    ({ clock, gatehouse } = world);
  });
  afterAll(() => world.stop());

  const codeTo = (number: string) => world.codeTo(number);
  const setUp = async (person: JourneyBrowser, number: string) => {
    await person.fill('Select Your Country Code', 'US').fill('Enter Your Phone Number', number);
    await person.press('Send Text Message');
    const code = await codeTo(number);
    return person.fill('Enter the 6-Digit Verification Code', code).press('Continue');
  };

  it('K5 K6 G28 adds a number after the current password, changes it after a code to the former one, and removes it', async () => {
    const person = await openProfile(
      new JourneyBrowser([gatehouse.issuer]),
      gatehouse.issuer,
      'phone@other.example',
      { path: '/profile/security' },
    );
    await person.follow('Add Phone Number');
    await proveAgain(person);
    expect(person.title).toBe('Set Up SMS Verification');
    await setUp(person, FIRST);
    expect(person.title).toBe('Save Your Recovery Code');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(person.text).toContain('01');
    const { id } = await accountOf(gatehouse, 'phone@other.example');
    expect(await gatehouse.credentials.phones.number(id)).toBe(FIRST);

    await person.follow('Change Phone Number');
    const sent = await codeTo(FIRST);
    const wrong = String((Number(sent) + 1) % 1_000_000).padStart(6, '0');
    await person.fill('Enter Your 6-digit Verification Code', wrong).press('Continue');
    expect([person.status, person.hasLabel('Enter Your Phone Number')]).toEqual([422, false]);
    await person.fill('Enter Your 6-digit Verification Code', sent).press('Continue');
    expect(person.title).toBe('Set Up SMS Verification');
    expect(person.text).toContain(VOIDS);
    await setUp(person, SECOND);
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(await gatehouse.credentials.phones.number(id)).toBe(SECOND);

    await person.follow('Remove Phone Number');
    await person.press('Remove Phone Number');
    expect(person.text).toContain('Your phone number was removed.');
    expect((await gatehouse.credentials.recoveryCodes.status(id)).exists).toBe(false);
  });

  it('K1 K2 J10 adds a number and an app beside it, each with a new recovery code, and requests another', async () => {
    const { credentials } = gatehouse;
    const person = await openProfile(
      new JourneyBrowser([gatehouse.issuer]),
      gatehouse.issuer,
      'both@other.example',
      { path: '/profile/security' },
    );
    const { id } = await accountOf(gatehouse, 'both@other.example');
    const save = () => {
      const code = shownRecoveryCode(person);
      expect(person.buttons()).toEqual(expect.arrayContaining(['Copy', 'Download']));
      return person
        .choose('I Have Securely Saved This Code')
        .press('Continue')
        .then(() => code);
    };
    expect(person.links()).toEqual(expect.arrayContaining(['Add Authenticator App', 'Add Phone Number']));
    await person.follow('Add Phone Number');
    await proveAgain(person);
    await setUp(person, THIRD);
    const ofPhone = await save();
    const offered = ['Add Authenticator App', 'Change Phone Number', 'Request New Code'];
    expect(person.links()).toEqual(expect.arrayContaining(offered));

    await person.follow('Add Authenticator App');
    await person.fill('Enter Your 6-digit Verification Code', await codeTo(THIRD)).press('Continue');
    await confirmAuthenticator(person, clock.now());
    const ofApp = await save();
    expect([
      (await credentials.phones.status(id)).exists,
      (await credentials.totp.status(id)).enrolled,
    ]).toEqual([true, true]);
    await person.follow('Request New Code');
    await person.press('Request New Code');
    const requested = await save();
    const verdicts = [];
    for (const one of [ofPhone, ofApp, requested])
      verdicts.push((await credentials.recoveryCodes.verify(id, one, {})).outcome);
    expect(verdicts).toEqual(['wrong', 'wrong', 'ok']);
  });

  const CHALLENGE = 'Enter Your 6-digit Verification Code';
  const security = (email: string) =>
    openProfile(new JourneyBrowser([gatehouse.issuer]), gatehouse.issuer, email, {
      path: '/profile/security',
    });

  it('K8 the only number stays while a company enforces a second factor', async () => {
    const person = await security('last@other.example');
    await person.fill(CHALLENGE, await codeTo('+12025550111')).press('Continue');
    const reason =
      'You can’t remove your last verification method: Gamma Glass requires two-factor authentication. Set up another method first.';
    expect(person.links()).not.toContain('Remove Phone Number');
    expect(person.text).toContain(reason);
    await person.open(`${gatehouse.issuer}/profile/security/phone/remove`);
    await proveAgain(person);
    await person.press('Remove Phone Number');
    expect([person.status, ...person.alerts]).toEqual([422, reason]);
    const { id } = await accountOf(gatehouse, 'last@other.example');
    expect(await gatehouse.credentials.phones.number(id)).toBe('+12025550111');
  });

  it('K6 whoever has lost the former number sets up another one by the recovery code', async () => {
    const { id } = await accountOf(gatehouse, 'lost@other.example');
    const code = await gatehouse.credentials.recoveryCodes.issue(id, { actor: id });
    const person = await security('lost@other.example');
    await person.follow('Try another method');
    await person.follow('Enter Recovery Code');
    await person.fill('Enter Recovery Code', code).press('Continue');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    await person.press('Set Up a New Device');
    await person.choose('SMS Verification').press('Continue');
    // A code went to the former number when the log-in began.
    clock.advance(30_000);
    await setUp(person, '+12025550113');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(person.title).toBe('My Profile Settings');
    expect(await gatehouse.credentials.phones.number(id)).toBe('+12025550113');
  });

  it('K7 tells to update at once what has changed, in both languages', async () => {
    for (const [language, words] of [
      ['en', 'Update these at once when you change your device, carrier or phone number.'],
      ['fr', 'Mettez-les à jour dès que vous changez d’appareil, d’opérateur ou de numéro de téléphone.'],
    ] as const) {
      const browser = new JourneyBrowser([gatehouse.issuer]);
      const person = await openProfile(browser, gatehouse.issuer, 'ada@other.example', {
        path: '/profile/security',
      });
      await person.open(`/profile/security?lang=${language}`);
      expect(person.text).toContain(words);
    }
  });

  it('K9 G7 a payee has the same pages, and numbers of the United States alone', async () => {
    const person = await openProfile(
      new JourneyBrowser([gatehouse.issuer]),
      gatehouse.issuer,
      'payee@other.example',
      { path: '/profile/security' },
    );
    const challenge = 'Enter Your 6-digit Verification Code';
    await person.fill(challenge, await codeTo('+12025550109')).press('Continue');
    const offered = ['Add Authenticator App', 'Change Phone Number', 'Request New Code'];
    expect(person.links()).toEqual(expect.arrayContaining(offered));
    await person.follow('Change Phone Number');
    await proveAgain(person);
    expect(
      person
        .find('select')
        ?.querySelectorAll('option')
        .map((one) => one.getAttribute('value')),
    ).toEqual(['US']);
    const { action, fields } = person.form();
    await person.post(action, { ...fields, country: 'FR', phone: '0612345678' });
    expect(person.status).toBe(422);
    await person.open('/profile/security');
    await person.follow('Add Authenticator App');
    expect(person.title).toBe('Secure your Account');
  });

  it('M2 offers a payor no number', async () => {
    const person = await openProfile(
      new JourneyBrowser([gatehouse.issuer]),
      gatehouse.issuer,
      'payor@other.example',
      { path: '/profile/security', totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
    );
    expect(person.links()).toContain('Change Authenticator App');
    expect(person.links()).not.toContain('Add Phone Number');
  });
});
