import { MINUTE } from '#kernel';
import { confirmAuthenticator } from '../support/authenticator-setup.ts';
import { codesTo, enrolEmailCode, lastCodeTo } from '../support/email-codes.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { mailsTo } from '../support/mails.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import {
  CHALLENGE,
  knockAt,
  otherThan,
  outliveCode,
  refuseEmailMethod,
  SETUP,
  typeSetUpCode,
  voidByResend,
} from '../support/sent-code-pages.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, world } from '../support/world.ts';

/** They have codes by e-mail set up. */
const ENROLLED = ['lands', 'waits', 'late', 'tabs', 'guessed', 'french', 'twice', 'stranger', 'moves'];

describe('codes by e-mail', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    const paid = (name: string, payments: string) => ({
      ...entry(address(name), 'Pay Person', []),
      memberships: [{ company: 'beta', payments }],
    });
    gatehouse = await startGatehouse({
      clock,
      env: { EMAIL_CODES: 'on', LIMIT_LOGINS_PER_MINUTE: '1000' },
      bootstrap: world({
        accounts: [
          ...['setup', 'french-setup', 'secretive'].map((name) =>
            entry(address(name), 'Max Must', ['gamma']),
          ),
          ...ENROLLED.map((name) => entry(address(name), 'Emma Mail', ['beta'])),
          entry(address('both'), 'Beth Both', ['beta'], { totpSecret: TOTP_SECRET }),
          paid('payee', 'payee'),
          paid('new-payee', 'payee'),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
    for (const name of [...ENROLLED, 'both', 'payee']) await enrolEmailCode(gatehouse, address(name));
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const address = (name: string) => `${name}@other.example`;
  const codeOf = (name: string) => lastCodeTo(gatehouse, address(name));

  it('G31 G20 is set up by a code to the account’s own address, with a recovery code at the end', async () => {
    const { person, pending } = await logIn(gatehouse, portal, address('setup'));
    await person.press('Set Up Now');
    expect(person.hasLabel('Email Verification')).toBe(true);
    expect(person.find('input[checked]')?.getAttribute('value')).toBe('totp');
    await person.choose('Email Verification').press('Continue');
    expect(person.title).toBe('Set Up Email Verification');
    expect(person.text).toContain('We sent an email with a 6-digit code to setup@other.example.');
    expect(person.text).toContain('This is the least secure method');
    await person.open(person.url);
    const code = await codeOf('setup');
    expect(await codesTo(gatehouse, address('setup'))).toHaveLength(1);
    await typeSetUpCode(person, code);
    expect(person.title).toBe('Save Your Recovery Code');
    await person.choose('I Have Securely Saved This Code').press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:mfa', amr: ['pwd', 'email', 'mfa'] });
    expect(JSON.stringify(person.transcript)).not.toContain(code);
    const mails = await mailsTo(gatehouse, address('setup'));
    expect(mails.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['Codes by email were set up', 'Your Gatehouse verification code']),
    );
  });

  it('G12 I4 one method: the page comes at once, the code goes to the account’s address, once', async () => {
    const before = (await codesTo(gatehouse, address('lands'))).length;
    const { person, pending } = await logIn(gatehouse, portal, address('lands'));
    expect(person.title).toBe('Verify Your Identity');
    expect(person.text).toContain('lands@other.example');
    await person.open(person.url);
    const code = await codeOf('lands');
    expect(await codesTo(gatehouse, address('lands'))).toHaveLength(before + 1);
    const mail = (await gatehouse.sentMessages()).at(-1);
    expect(mail?.text).toContain('will never ask for your password or for a verification code');
    expect([mail?.subject, mail?.html.match(/\d{6}/g)]).toEqual([
      'Your Gatehouse verification code',
      expect.arrayContaining([code]),
    ]);
    await person.fill(CHALLENGE, code).press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:mfa', amr: ['pwd', 'email', 'mfa'] });
    expect(claims?.['auth_time']).toBeDefined();
  });

  it('W24 nothing is sent before the password, nor for a page that a stranger opens', async () => {
    const before = (await codesTo(gatehouse, address('stranger'))).length;
    await knockAt(['email-code', 'email-setup'], gatehouse, portal, address('stranger'));
    expect(await codesTo(gatehouse, address('stranger'))).toHaveLength(before);
  });

  it('G10 "Resend New Code" waits, and voids the code before', async () => {
    const { person, pending } = await logIn(gatehouse, portal, address('waits'));
    await voidByResend(person, clock, () => codeOf('waits'));
    await portal.complete(pending, person.arrivedAt);
  });

  it('G9 G10 an expired code says so, a new one lets in', async () => {
    const { person, pending } = await logIn(gatehouse, portal, address('late'));
    await outliveCode(person, clock, () => codeOf('late'));
    await portal.complete(pending, person.arrivedAt);
  });

  it('X30 a code lets in where it was asked for, not in another log-in nor of another account', async () => {
    const mine = await logIn(gatehouse, portal, address('tabs'));
    const code = await codeOf('tabs');
    const otherTab = await logIn(gatehouse, portal, address('tabs'));
    await otherTab.person.fill(CHALLENGE, code).press('Continue');
    expect([otherTab.person.status, otherTab.person.arrivedAt]).toEqual([422, undefined]);
    const someone = await logIn(gatehouse, portal, address('stranger'));
    await someone.person.fill(CHALLENGE, code).press('Continue');
    expect([someone.person.status, someone.person.arrivedAt]).toEqual([422, undefined]);
    await mine.person.fill(CHALLENGE, code).press('Continue');
    await portal.complete(mine.pending, mine.person.arrivedAt);
  });

  it('X30 of two that post the same code at once one gets in', async () => {
    const { person } = await logIn(gatehouse, portal, address('twice'));
    const code = await codeOf('twice');
    const { action, fields } = person.form();
    const cookie = await person.jar.getCookieString(action.href);
    const headers = { cookie, origin: gatehouse.issuer, accept: 'text/html' };
    const post = async () => {
      const body = new URLSearchParams({ ...fields, code });
      const answer = await fetch(action, { method: 'POST', headers, body, redirect: 'manual' });
      return (await answer.text()).includes('http-equiv="refresh"');
    };
    const landed = await Promise.all([post(), post(), post()]);
    expect(landed.filter(Boolean)).toHaveLength(1);
  });

  it('F6 X29 five guesses in all log-ins together, then not even the right code', async () => {
    const { person } = await logIn(gatehouse, portal, address('guessed'));
    const code = await codeOf('guessed');
    const answers: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      await person.fill(CHALLENGE, otherThan(code)).press('Continue');
      answers.push(person.status);
    }
    expect(answers).toEqual([422, 422, 422, 422, 422, 429, 429]);
    await person.fill(CHALLENGE, code).press('Continue');
    expect([person.status, person.arrivedAt]).toEqual([429, undefined]);
  });

  it('H18 I1 stands beside the app in the chooser, after it', async () => {
    const { person, pending } = await logIn(gatehouse, portal, address('both'));
    const offered = ['Authenticator App', 'Use Your Email Address', 'Enter Recovery Code'];
    expect(person.links().filter((link) => offered.includes(link))).toEqual(offered);
    await person.follow('Use Your Email Address');
    await person.fill(CHALLENGE, await codeOf('both')).press('Continue');
    await portal.complete(pending, person.arrivedAt);
    // A client that asks for the app is not content with a mail (X23).
    clock.advance(MINUTE);
    const params = { acr_values: 'urn:gatehouse:acr:mfa-app' };
    const app = await logIn(gatehouse, portal, address('both'), { params });
    expect(app.person.text).toContain('Open your authenticator app');
  });

  it('C10 is no method of payees: not offered, and who has it proves it and takes another', async () => {
    const newcomer = (await logIn(gatehouse, portal, address('new-payee'))).person;
    await newcomer.press('Set Up Now');
    await refuseEmailMethod(newcomer);
    const { person, pending } = await logIn(gatehouse, portal, address('payee'));
    await person.fill(CHALLENGE, await codeOf('payee')).press('Continue');
    expect(person.title).toBe('Two-Factor Authentication Required');
    await person.press('Set Up Now');
    await person.choose('Authenticator App').press('Continue');
    await confirmAuthenticator(person, clock.now());
    await person.choose('I Have Securely Saved This Code').press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['acr']).toBe('urn:gatehouse:acr:mfa-app');
  });

  it('X4 goes along with a change of address: codes to the former are void, the next goes to the new one', async () => {
    const { person } = await logIn(gatehouse, portal, address('moves'));
    const old = await codeOf('moves');
    const { id } = await accountOf(gatehouse, address('moves'));
    await gatehouse.accounts.changeEmail(id, address('moved'), { actor: 'system', verified: true });
    await person.fill(CHALLENGE, old).press('Continue');
    expect(person.arrivedAt).toBeUndefined();
    clock.advance(MINUTE);
    const later = await logIn(gatehouse, portal, address('moved'));
    expect(later.person.text).toContain('moved@other.example');
    await later.person.fill(CHALLENGE, await codeOf('moved')).press('Continue');
    await portal.complete(later.pending, later.person.arrivedAt);
  });

  it('I5 P2 P4 speaks French, on the pages and in the mail', async () => {
    const french = () => new JourneyBrowser([gatehouse.issuer], { 'accept-language': 'fr' });
    const enter = async (name: string) => {
      const { person, pending } = await beginLogIn(gatehouse, portal, { browser: french() });
      await person.fill('Adresse e-mail', address(name)).press('Continuer');
      await person.fill('Mot de passe', PASSWORD).press('Continuer');
      return { person, pending };
    };
    const { person, pending } = await enter('french');
    expect(person.title).toBe('Vérifier votre identité');
    expect(person.links()).toContain('Essayer une autre méthode');
    const code = await codeOf('french');
    expect((await gatehouse.sentMessages()).at(-1)?.subject).toBe('Votre code de vérification Gatehouse');
    await person.fill('Saisissez votre code d’accès à usage unique à 6 chiffres', code).press('Continuer');
    await portal.complete(pending, person.arrivedAt);

    const newcomer = (await enter('french-setup')).person;
    await newcomer.press('Configurer maintenant');
    await newcomer.choose('Vérification par e-mail').press('Continuer');
    expect(newcomer.title).toBe('Configurer la vérification par e-mail');
  });

  it('X31 X39 no code stands in the log, the audit record or a later page', async () => {
    const email = address('secretive');
    const { person } = await logIn(gatehouse, portal, email);
    await person.press('Set Up Now');
    await person.choose('Email Verification').press('Continue');
    const [first] = await codesTo(gatehouse, email);
    await person.fill(SETUP, otherThan(first ?? '')).press('Continue');
    await person.fill(SETUP, first ?? '').press('Continue');
    expect(person.title).toBe('Save Your Recovery Code');
    clock.advance(MINUTE);
    const next = await logIn(gatehouse, portal, email);
    const second = await lastCodeTo(gatehouse, email);
    await next.person.fill(CHALLENGE, second).press('Continue');
    expect(next.person.arrivedAt?.searchParams.has('code')).toBe(true);

    const { id } = await accountOf(gatehouse, email);
    await gatehouse.settle();
    const { items } = await gatehouse.audit.list({ accountId: id });
    expect(items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['email-code.sent', 'email-code.added', 'recovery-code.issued']),
    );
    const pages = JSON.stringify([person.transcript, next.person.transcript]);
    const seen = gatehouse.logLines() + JSON.stringify(items) + pages;
    // Standing alone: six digits of an instant or a duration are no code.
    expect([first, second].filter((code) => new RegExp(`(?<![\\d.])${code}(?!\\d)`).test(seen))).toEqual([]);
  });
});
