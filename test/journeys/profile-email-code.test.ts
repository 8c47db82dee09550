import { MINUTE } from '#kernel';
import { codesTo, enrolEmailCode, lastCodeTo } from '../support/email-codes.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { mailsTo } from '../support/mails.ts';
import { openProfile, proveAgain, VOIDS } from '../support/profile.ts';
import { CHALLENGE, otherThan, resendAfterWait, SETUP } from '../support/sent-code-pages.ts';
import { accountOf } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, world } from '../support/world.ts';

describe('codes by e-mail in My Profile Settings', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    clock = travellingClock();
    gatehouse = await startGatehouse({
      clock,
      env: { EMAIL_CODES: 'on' },
      bootstrap: world({
        accounts: [
          entry('adds@other.example', 'Anna Adds', ['beta']),
          entry('sends@other.example', 'Sue Sends', ['beta']),
          entry('mallory@other.example', 'Mallory', ['beta']),
          entry('last@other.example', 'Lars Last', ['gamma']),
          {
            ...entry('payee@other.example', 'Pay Payee', []),
            memberships: [{ company: 'beta', payments: 'payee' }],
            totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
          },
        ],
      }),
    });
    await enrolEmailCode(gatehouse, 'last@other.example');
    clock.advance(MINUTE);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const open = (email: string, totpSecret?: string) =>
    openProfile(new JourneyBrowser([gatehouse.issuer]), gatehouse.issuer, email, {
      path: '/profile/security',
      at: clock.now(),
      ...(totpSecret && { totpSecret }),
    });

  it('G31 G29 are added after the current password and a code, with a recovery code, and removed', async () => {
    const email = 'adds@other.example';
    const elsewhere = await open(email);
    const person = await open(email);
    await person.follow('Add Email Verification');
    await proveAgain(person);
    expect(person.title).toBe('Add Email Verification');
    expect(person.text).toContain('We will send a code to adds@other.example.');
    expect(person.text).toContain(VOIDS);
    expect(await codesTo(gatehouse, email)).toEqual([]);
    await person.press('Send Code');
    expect((await mailsTo(gatehouse, email)).at(-1)?.text).toContain(
      'If you are not setting up codes by email',
    );
    const code = await lastCodeTo(gatehouse, email);
    await person.fill(SETUP, otherThan(code)).press('Continue');
    expect([person.status, ...person.alerts]).toEqual([
      422,
      'This code is incorrect. Check it and try again.',
    ]);
    await person.fill(SETUP, code).press('Continue');
    expect(person.title).toBe('Save Your Recovery Code');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(person.text).toContain('Address: adds@other.example');
    expect(person.links()).not.toContain('Add Email Verification');
    // What was signed in elsewhere has ended (X38).
    await elsewhere.open(`${gatehouse.issuer}/profile/security`);
    expect(elsewhere.title).not.toContain('Password & Security');

    const { id } = await accountOf(gatehouse, email);
    await person.follow('Remove Email Verification');
    await person.fill(CHALLENGE, await lastCodeTo(gatehouse, email)).press('Continue');
    await person.press('Remove Email Verification');
    expect(person.text).toContain('Codes are no longer sent to you by email.');
    expect((await gatehouse.credentials.emailCodes.status(id)).enrolled).toBe(false);
    expect((await gatehouse.credentials.recoveryCodes.status(id)).exists).toBe(false);
    const subjects = (await gatehouse.sentMessages())
      .filter(({ to }) => to === email)
      .map((one) => one.subject);
    expect(subjects).toEqual(
      expect.arrayContaining(['Codes by email were set up', 'Codes by email were removed']),
    );
    await person.open(`${gatehouse.issuer}/profile/activity`);
    expect(person.text).toContain('Codes by email were set up');
    expect(person.text).toContain('Codes by email were removed');
  });

  it('G10 X30 the code is sent again after a wait, and works on the pages of this sign-in alone', async () => {
    const person = await open('sends@other.example');
    await person.follow('Add Email Verification');
    await proveAgain(person);
    await person.press('Send Code');
    const first = await lastCodeTo(gatehouse, 'sends@other.example');
    await resendAfterWait(person, clock);
    const second = await lastCodeTo(gatehouse, 'sends@other.example');
    if (first !== second) await person.fill(SETUP, first).press('Continue');

    const other = await open('mallory@other.example');
    await other.follow('Add Email Verification');
    await proveAgain(other);
    await other.press('Send Code');
    await other.fill(SETUP, second).press('Continue');
    expect([other.status, other.title]).toEqual([422, 'Set Up Email Verification']);

    const again = await open('sends@other.example');
    await again.follow('Add Email Verification');
    await proveAgain(again);
    await again.open(`${gatehouse.issuer}/profile/security/email-code/code`);
    // No code was asked for in that sign-in.
    expect(again.title).toBe('Add Email Verification');

    await person.fill(SETUP, second).press('Continue');
    expect(person.title).toBe('Save Your Recovery Code');
  });

  it('K8 the last method stays while a company enforces one', async () => {
    const person = await open('last@other.example');
    await person.fill(CHALLENGE, await lastCodeTo(gatehouse, 'last@other.example')).press('Continue');
    const reason = 'You can’t remove your last verification method: Gamma Glass requires';
    expect(person.links()).not.toContain('Remove Email Verification');
    expect(person.text).toContain(reason);
    await person.open(`${gatehouse.issuer}/profile/security/email-code/remove`);
    await proveAgain(person);
    await person.press('Remove Email Verification');
    expect(person.status).toBe(422);
    expect(person.text).toContain(reason);
    const { id } = await accountOf(gatehouse, 'last@other.example');
    expect((await gatehouse.credentials.emailCodes.status(id)).enrolled).toBe(true);
  });

  it('C10 payees are not offered them, by address of the page neither', async () => {
    const person = await open('payee@other.example', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    expect(person.links()).not.toContain('Add Email Verification');
    await person.open(`${gatehouse.issuer}/profile/security/email-code`);
    await proveAgain(person);
    expect(person.title).not.toBe('Add Email Verification');
    expect(await codesTo(gatehouse, 'payee@other.example')).toEqual([]);
  });
});

describe('codes by e-mail where the platform has them off', () => {
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ bootstrap: world() });
  });
  afterAll(() => gatehouse.stop());

  it('C10 G31 are off by default: nothing offers them, no page has them', async () => {
    const person = await openProfile(
      new JourneyBrowser([gatehouse.issuer]),
      gatehouse.issuer,
      'ada@other.example',
      { path: '/profile/security' },
    );
    expect(person.links()).toContain('Add Authenticator App');
    expect(person.links()).not.toContain('Add Email Verification');
    await person.open(`${gatehouse.issuer}/profile/security/email-code`);
    await proveAgain(person);
    expect(person.links()).toContain('Add Authenticator App');
    const max = new JourneyBrowser([gatehouse.issuer]);
    await openProfile(max, gatehouse.issuer, 'max@other.example');
    await max.press('Set Up Now');
    expect([max.hasLabel('Authenticator App'), max.hasLabel('Email Verification')]).toEqual([true, false]);
  });
});
