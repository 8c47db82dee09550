import { MINUTE } from '#kernel';
import type { TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import type { RelyingParty } from '../support/relying-party.ts';
import { CHALLENGE, knockAt, outliveCode, voidByResend } from '../support/sent-code-pages.ts';
import { beginLogIn, logIn } from '../support/sign-in.ts';
import { codeIn, type SmsGateway } from '../support/sms-gateway.ts';
import { type SmsWorld, startSmsWorld } from '../support/sms-world.ts';
import type { TravellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode } from '../support/world.ts';

describe('codes by text message', () => {
  let world: SmsWorld;
  let clock: TravellingClock;
  let gateway: SmsGateway;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  let numbers = 0;
  const phones: Record<string, string> = {};
  beforeAll(async () => {
    const withPhone = (name: string, company = 'gamma', more: object = {}) => {
      phones[name] = `+1202555${String(1_000 + numbers++)}`;
      return entry(`${name}@other.example`, 'Sam Short', [company], { phone: phones[name], ...more });
    };
    const names = ['lands', 'waits', 'late', 'fails', 'guessed', 'french', 'stranger'];
    const accounts = [
      ...names.map((name) => withPhone(name)),
      withPhone('both', 'beta', { totpSecret: TOTP_SECRET }),
    ];
    world = await startSmsWorld(accounts, { LIMIT_LOGINS_PER_MINUTE: '1000' });
    ({ clock, gateway, gatehouse, portal } = world);
  });
  afterAll(() => world.stop());

  const codeOf = (name: string) => world.codeTo(phones[name] ?? '');
  const messagesTo = (number?: string) => world.messagesTo(number);

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
    expect(claims?.['auth_time']).toBeDefined();
  });

  it('W24 nothing is sent before the password, nor for a page that a stranger opens', async () => {
    await knockAt(['sms-code', 'sms-setup'], gatehouse, portal, 'stranger@other.example');
    await gatehouse.settle();
    expect(messagesTo(phones['stranger'])).toBe(0);
  });

  it('G10 "Resend New Code" waits, and voids the code before', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'waits@other.example');
    await voidByResend(person, clock, () => codeOf('waits'));
    await portal.complete(pending, person.arrivedAt);
  });

  it('G9 G10 an expired code says so', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'late@other.example');
    await outliveCode(person, clock, () => codeOf('late'));
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
    expect((await gatehouse.queue.dead())[0]?.lastError).toMatch(/^PermanentRefusal sms webhook \S+ 400$/);
  });

  it('F6 X29 five guesses in all log-ins together', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      clock.advance(10_000);
      const { person } = await logIn(gatehouse, portal, 'guessed@other.example');
      await person.fill(CHALLENGE, '000000').press('Continue');
      statuses.push(person.status);
    }
    // Two of them had a code, as half a minute lies between two: elsewhere there was nothing to guess.
    expect(statuses.every((status) => status === 422)).toBe(true);
    const { person } = await logIn(gatehouse, portal, 'guessed@other.example');
    const answers: number[] = [];
    clock.advance(5 * MINUTE);
    await person.press('Resend New Code');
    for (let attempt = 0; attempt < 7; attempt++) {
      await person.fill(CHALLENGE, '000000').press('Continue');
      answers.push(person.status);
    }
    expect(answers).toEqual([422, 422, 422, 429, 429, 429, 429]);
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
});
