import { MINUTE } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { type SmsGateway, startSmsGateway } from '../support/sms-gateway.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const CHALLENGE = 'Enter Your 6-digit Verification Code';
const SETUP = 'Enter the 6-Digit Verification Code';

describe('codes by text message', () => {
  let clock: TravellingClock;
  let gateway: SmsGateway;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let numbers = 0;
  const phones: Record<string, string> = {};
  beforeAll(async () => {
    clock = travellingClock();
    gateway = await startSmsGateway(() => clock.now());
    const withPhone = (name: string, company = 'gamma', more: object = {}) => {
      phones[name] = `+1202555${String(1_000 + numbers++)}`;
      return entry(`${name}@other.example`, 'Sam Short', [company], { phone: phones[name], ...more });
    };
    const paid = (name: string, payments: string, more: object = {}) => ({
      ...entry(`${name}@other.example`, 'Pay Person', [], more),
      memberships: [{ company: 'beta', payments }],
    });
    gatehouse = await startGatehouse({
      clock,
      env: { ...gateway.env.webhook, LIMIT_LOGINS_PER_MINUTE: '1000' },
      bootstrap: world({
        accounts: [
          ...['setup', 'refused'].map((name) => entry(`${name}@other.example`, 'Max Must', ['gamma'])),
          ...['lands', 'waits', 'late', 'fails', 'guessed', 'french', 'stranger'].map((name) =>
            withPhone(name),
          ),
          withPhone('both', 'beta', { totpSecret: TOTP_SECRET }),
          paid('payee', 'payee'),
          paid('payor', 'payor', { phone: '+12025559998' }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
    await gateway.close();
  });

  const codeIn = (text: string) => /\b\d{6}\b/.exec(text)?.[0] ?? '';
  const codeTo = async (number: string) => {
    await gatehouse.settle();
    return codeIn(await gateway.nextTo(number));
  };
  const codeOf = (name: string) => codeTo(phones[name] ?? '');
  const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  const messagesTo = (number = '') => gateway.received.filter(({ to }) => to === number).length;

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
    await person.fill(SETUP, otherThan(code)).press('Continue');
    expect([person.status, ...person.alerts]).toEqual([
      422,
      'This code is incorrect. Check it and try again.',
    ]);
    await person.fill(SETUP, code.replace(/^(...)/, '$1 ')).press('Continue');
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
    expect([person.status, messagesTo('+33612345679')]).toEqual([422, 0]);
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
    const secret = (person.find('details code')?.textContent ?? '').replaceAll(' ', '');
    await person.fill(SETUP, await totpCode(clock.now(), secret)).press('Continue');
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

  it('I3 I4 G12 one method: the page comes at once, the code goes to the registered number, once', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'lands@other.example');
    expect(person.title).toBe('Verify Your Identity');
    expect(person.text).toContain(`•••${phones['lands']?.slice(-2)}`);
    await person.open(person.url);
    const code = await codeOf('lands');
    expect(messagesTo(phones['lands'])).toBe(1);
    expect(gateway.received.at(-1)?.text).toMatch(/Never share it[\s\S]*\n@localhost #\d{6}$/);
    await person.fill(CHALLENGE, code).press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:mfa', amr: ['pwd', 'sms', 'mfa'] });
  });

  it('W24 nothing is sent before the password, nor for a page that a stranger opens', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'stranger@other.example').press('Continue');
    const uid = /interaction\/([\w-]+)/.exec(person.form().action.pathname)?.[1];
    await person.open(new URL(`/interaction/${uid}/sms-code`, gatehouse.issuer));
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', 'Wrong-Password-1').press('Continue');
    await gatehouse.settle();
    expect(messagesTo(phones['stranger'])).toBe(0);
  });

  it('G10 "Resend New Code" waits, and voids the code before', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'waits@other.example');
    const first = await codeOf('waits');
    await person.press('Resend New Code');
    expect([person.status, person.alerts.join()]).toEqual([
      429,
      expect.stringMatching(/^Wait (30|29) seconds/),
    ]);
    clock.advance(30_000);
    await person.press('Resend New Code');
    expect([person.status, person.text]).toEqual([200, expect.stringContaining('We sent a new code.')]);
    const second = await codeOf('waits');
    if (first !== second) await person.fill(CHALLENGE, first).press('Continue');
    expect(person.arrivedAt).toBeUndefined();
    await person.fill(CHALLENGE, second).press('Continue');
    await portal.complete(pending, person.arrivedAt);
  });

  it('G9 G10 an expired code says so', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'late@other.example');
    const code = await codeOf('late');
    clock.advance(10 * MINUTE);
    await person.fill(CHALLENGE, code).press('Continue');
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.alerts).toEqual(['This code has expired. Ask for a new one.']);
    await person.fill(CHALLENGE, code).press('Continue');
    expect([person.status, ...person.alerts]).toEqual([422, 'This code has expired. Ask for a new one.']);
    await person.press('Resend New Code');
    await person.fill(CHALLENGE, await codeOf('late')).press('Continue');
    await portal.complete(pending, person.arrivedAt);
  });

  it('says that a message could not be delivered, and leads to another method', async () => {
    gateway.answerNext({ status: 400 });
    const { person } = await logIn(gatehouse, portal, 'fails@other.example');
    await gatehouse.settle();
    await person.open(person.url);
    expect(person.alerts.join()).toContain('We could not deliver the message. Try another method.');
    await person.follow('Try another method');
    expect(person.links()).toEqual(expect.arrayContaining(['Use a Phone Number', 'Enter Recovery Code']));
    expect((await gatehouse.queue.dead())[0]?.lastError).toBe('PermanentRefusal webhook 400');
  });

  it('F6 X29 five guesses in all log-ins together', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      clock.advance(10_000);
      const { person } = await logIn(gatehouse, portal, 'guessed@other.example');
      await person.fill(CHALLENGE, '000000').press('Continue');
      statuses.push(person.status);
    }
    // No code was sent to the other log-ins yet: there was nothing to guess.
    expect(statuses.every((status) => status === 422)).toBe(true);
    const { person } = await logIn(gatehouse, portal, 'guessed@other.example');
    const answers: number[] = [];
    clock.advance(5 * MINUTE);
    await person.press('Resend New Code');
    for (let attempt = 0; attempt < 7; attempt++) {
      await person.fill(CHALLENGE, '000000').press('Continue');
      answers.push(person.status);
    }
    expect(answers.filter((status) => status === 422).length).toBeLessThanOrEqual(5);
    expect(answers.at(-1)).toBe(429);
  });

  it('H18 I1 with both, the chooser comes first, and the last used is marked', async () => {
    const first = await logIn(gatehouse, portal, 'both@other.example');
    expect(first.person.title).toBe('How Do You Want to Verify Your Identity');
    const links = ['Authenticator App', 'Use a Phone Number', 'Enter Recovery Code'];
    expect(first.person.links().filter((link) => links.includes(link))).toEqual(links);
    expect(first.person.text).toContain('Ask your Company Administrator');
    expect(messagesTo(phones['both'])).toBe(0);
    await first.person.follow('Use a Phone Number');
    await first.person.fill(CHALLENGE, await codeOf('both')).press('Continue');
    await portal.complete(first.pending, first.person.arrivedAt);
    const marked = (person: JourneyBrowser) => person.find('.choice.preselected a')?.textContent;
    const second = await logIn(gatehouse, portal, 'both@other.example');
    expect(marked(second.person)).toBe('Use a Phone Number');
    clock.advance(MINUTE);
    await second.person.follow('Authenticator App');
    await second.person.fill(CHALLENGE, await totpCode(clock.now())).press('Continue');
    await portal.complete(second.pending, second.person.arrivedAt);
    const third = await logIn(gatehouse, portal, 'both@other.example');
    expect(marked(third.person)).toBe('Authenticator App');
  });

  it('X23 a client that asks for the app is not content with a text message', async () => {
    clock.advance(MINUTE);
    const params = { acr_values: 'urn:gatehouse:acr:mfa-app' };
    const { person } = await logIn(gatehouse, portal, 'both@other.example', { params });
    expect(person.text).toContain('Open your authenticator app');
  });

  it('I5 P2 P4 speaks French, on the page and in the message', async () => {
    const browser = new JourneyBrowser([gatehouse.issuer], { 'accept-language': 'fr' });
    const { person, pending } = await beginLogIn(gatehouse, portal, { browser });
    await person.fill('Adresse e-mail', 'french@other.example').press('Continuer');
    await person.fill('Mot de passe', PASSWORD).press('Continuer');
    expect(person.title).toBe('Vérifier votre identité');
    expect(person.links()).toContain('Essayer une autre méthode');
    await gatehouse.settle();
    const message = await gateway.nextTo(phones['french'] ?? '');
    expect(message).toContain('Ne le communiquez à personne');
    await person
      .fill('Saisissez votre code d’accès à usage unique à 6 chiffres', codeIn(message))
      .press('Continuer');
    await portal.complete(pending, person.arrivedAt);
  });

  it('X31 X39 no code and no number stands in the log, the audit record or a later page', async () => {
    const codes = gateway.received.map(({ text }) => codeIn(text));
    const { items } = await gatehouse.audit.list({ limit: 1_000 });
    const seen = gatehouse.logLines() + JSON.stringify(items);
    // Standing alone: six digits of an instant or a duration are no code.
    expect(codes.filter((code) => new RegExp(`(?<![\\d.])${code}(?!\\d)`).test(seen))).toEqual([]);
    expect(gateway.received.filter(({ to }) => seen.includes(to.slice(1)))).toEqual([]);
    expect(seen).not.toContain('webhook-canary');
    const account = await accountOf(gatehouse, 'setup@other.example');
    expect(items.filter(({ accountId }) => accountId === account.id).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['sms-code.sent', 'phone.added', 'recovery-code.issued']),
    );
  });
});
