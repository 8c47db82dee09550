import { MINUTE } from '#kernel';
import { confirmAuthenticator } from '../support/authenticator-setup.ts';
import type { TestGatehouse } from '../support/gatehouse.ts';
import type { RelyingParty } from '../support/relying-party.ts';
import { CHALLENGE, otherThan, SETUP, typeSetUpCode } from '../support/sent-code-pages.ts';
import { accountOf, logIn } from '../support/sign-in.ts';
import type { SmsGateway } from '../support/sms-gateway.ts';
import { type SmsWorld, startSmsWorld } from '../support/sms-world.ts';
import type { TravellingClock } from '../support/travelling-clock.ts';
import { person as entry } from '../support/world.ts';

describe('setting up codes by text message at a log-in', () => {
  let world: SmsWorld;
  let clock: TravellingClock;
  let gateway: SmsGateway;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    const paid = (name: string, payments: string, more: object = {}) => ({
      ...entry(`${name}@other.example`, 'Pay Person', [], more),
      memberships: [{ company: 'beta', payments }],
    });
    const names = ['setup', 'refused', 'secretive'];
    const accounts = [
      ...names.map((name) => entry(`${name}@other.example`, 'Max Must', ['gamma'])),
      paid('payee', 'payee'),
      paid('payor', 'payor', { phone: '+12025559998' }),
    ];
    world = await startSmsWorld(accounts, { LIMIT_LOGINS_PER_MINUTE: '1000' });
    ({ clock, gateway, gatehouse, portal } = world);
  });
  afterAll(() => world.stop());

  const codeTo = (number: string) => world.codeTo(number);

  it('G1 G19 G20 a number is set up with country, number and code, and a recovery code at the end', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'setup@other.example');
    await person.press('Set Up Now');
    expect(person.title).toBe('Select an Authentication Method');
    for (const method of ['Authenticator App', 'SMS Verification'])
      expect([method, person.hasLabel(method)]).toEqual([method, true]);
    await person.choose('SMS Verification').press('Continue');
    expect(person.title).toBe('Set Up SMS Verification');
    expect(person.text).toContain('Standard carrier messaging and data rates may apply');
    expect(person.text).toContain('Keep your verification code private.');
    const options = person
      .find('select')
      ?.querySelectorAll('option')
      .map((one) => one.getAttribute('value'));
    expect(options).toEqual('US CA MX GB IE FR DE ES IT AU NZ SG HK'.split(' '));
    await person.fill('Select Your Country Code', 'FR').fill('Enter Your Phone Number', '06 12 34 56 78');
    await person.press('Send Text Message');
    expect(person.text).toContain('•••78');
    const code = await codeTo('+33612345678');
    await typeSetUpCode(person, code);
    expect(person.title).toBe('Save Your Recovery Code');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:mfa', amr: ['pwd', 'sms', 'mfa'] });
    expect(JSON.stringify(person.transcript)).not.toContain(code);
    const sent = await gatehouse.sentMessages();
    expect(sent.find(({ to }) => to === 'setup@other.example')?.text).toContain('•••78');
  });

  it('G6 W24 refuses other numbers at the field and other countries by hand, sends nothing, and keeps what was typed', async () => {
    const { person } = await logIn(gatehouse, portal, 'refused@other.example');
    await person.press('Set Up Now');
    await person.choose('SMS Verification').press('Continue');
    const before = gateway.received.length;
    for (const [number, words] of [
      ['', 'Enter your phone number.'],
      ['12', 'This is not a complete phone number. Check it and try again.'],
      ['900 555 1234', 'Codes can’t be sent to this kind of number. Use a mobile number.'],
      ['876 555 1234', 'This number does not belong to the selected country'],
    ] as const) {
      await person.fill('Enter Your Phone Number', number).press('Send Text Message');
      expect([person.status, person.alerts.join()]).toEqual([422, expect.stringContaining(words)]);
      expect(person.find('#phone')?.getAttribute('value')).toBe(number);
    }
    const { action, fields } = person.form();
    for (const country of ['JP', 'RU', '', 'fr']) {
      await person.post(action, { ...fields, country, phone: '+81 90 1234 5678' });
      expect([country, person.status]).toEqual([country, 422]);
    }
    await gatehouse.settle();
    expect(gateway.received).toHaveLength(before);
    await person.follow('Try another method');
    await person.choose('Authenticator App').press('Continue');
    expect(person.title).toBe('Secure your Account');
  });

  it('G11 M3 G7 payees are told to take an app and what a message may cost, and have the United States alone', async () => {
    const { person } = await logIn(gatehouse, portal, 'payee@other.example');
    await person.press('Set Up Now');
    expect(person.text).toContain('An authenticator app is highly recommended for payments.');
    await person.choose('SMS Verification').press('Continue');
    expect(person.text).toContain('Standard carrier messaging and data rates may apply');
    expect(person.find('select')?.querySelectorAll('option')).toHaveLength(1);
    await person.fill('Enter Your Phone Number', '+33 6 12 34 56 79').press('Send Text Message');
    expect(person.status).toBe(422);
    const { action, fields } = person.form();
    await person.post(action, { ...fields, country: 'FR', phone: '0612345679' });
    expect([person.status, world.messagesTo('+33612345679')]).toEqual([422, 0]);
    await person.follow('Try another method');
    await person.choose('Authenticator App').press('Continue');
    expect(person.title).toBe('Secure your Account');
  });

  it('M2 X34 payors have to set up an app, and prove the number that they have before it', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'payor@other.example');
    await person.fill(CHALLENGE, await codeTo('+12025559998')).press('Continue');
    expect(person.title).toBe('Two-Factor Authentication Required');
    await person.press('Set Up Now');
    expect(person.hasLabel('SMS Verification')).toBe(false);
    await person.choose('Authenticator App').press('Continue');
    await confirmAuthenticator(person, clock.now());
    await person.choose('I Have Securely Saved This Code').press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['acr']).toBe('urn:gatehouse:acr:mfa-app');
    // From then on the app alone is asked for.
    clock.advance(MINUTE);
    const again = await logIn(gatehouse, portal, 'payor@other.example');
    expect(again.person.text).toContain('Open your authenticator app');
    await again.person.follow('Try another method');
    expect(again.person.links()).not.toContain('Use a Phone Number');
  });

  it('X31 X39 no code and no number stands in the log or the audit record', async () => {
    const [email, number] = ['secretive@other.example', '+12025550147'];
    const { person } = await logIn(gatehouse, portal, email);
    await person.press('Set Up Now');
    await person.choose('SMS Verification').press('Continue');
    await person.fill('Enter Your Phone Number', number).press('Send Text Message');
    const first = await codeTo(number);
    await person.fill(SETUP, otherThan(first)).press('Continue');
    await person.fill(SETUP, first).press('Continue');
    expect(person.title).toBe('Save Your Recovery Code');
    clock.advance(MINUTE);
    const next = await logIn(gatehouse, portal, email);
    const second = await codeTo(number);
    await next.person.fill(CHALLENGE, second).press('Continue');
    expect(next.person.arrivedAt?.searchParams.has('code')).toBe(true);

    const { id } = await accountOf(gatehouse, email);
    await gatehouse.settle();
    const { items } = await gatehouse.audit.list({ accountId: id });
    expect(items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['sms-code.sent', 'phone.added', 'recovery-code.issued', 'log-in.succeeded']),
    );
    const seen = gatehouse.logLines() + JSON.stringify(items);
    // Standing alone: six digits of an instant or a duration are no code.
    const isSeen = (code: string) => new RegExp(`(?<![\\d.])${code}(?!\\d)`).test(seen);
    expect([first, second].filter(isSeen)).toEqual([]);
    expect(seen).not.toContain(number.slice(1));
    expect(seen).not.toContain('webhook-canary');
  });
});
