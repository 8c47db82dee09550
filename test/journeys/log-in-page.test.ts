import request from 'supertest';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

const REFUSAL = 'The email or password is incorrect.';

describe('the log-in page', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: [
          entry('Émilie@bücher.example', 'Emilie Idn', ['beta']),
          entry('long@other.example', 'Long Password', ['beta'], { password: `${'Aa1!'.repeat(18)}x` }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  it('B1 discovery, log-in, account and forms stay on the one configured host, whatever Host a request names', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    expect(person.url.origin).toBe(gatehouse.issuer);
    expect(person.form().action.origin).toBe(gatehouse.issuer);
    await person.open(`${gatehouse.issuer}/profile`);
    expect([person.url.origin, person.form().action.origin]).toEqual([gatehouse.issuer, gatehouse.issuer]);
    const { issuer, ...metadata } = portal.configuration.serverMetadata();
    expect(issuer).toBe(gatehouse.issuer);
    const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|_uri$/.test(name));
    expect(endpoints.length).toBeGreaterThan(5);
    for (const [, url] of endpoints) expect(String(url)).toMatch(new RegExp(`^${gatehouse.issuer}/`));
    const discovery = request(gatehouse.issuer).get('/.well-known/openid-configuration');
    expect((await discovery.set('Host', 'login.evil.example')).status).toBe(421);
    const forwarded = request(gatehouse.issuer).get('/.well-known/openid-configuration');
    expect((await forwarded.set('X-Forwarded-Host', 'login.evil.example')).body.issuer).toBe(issuer);
  });

  it('A3 tells everybody alike that an invitation is needed, on the page and in the help', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    expect(person.text).toContain('contact your Company Administrator');
    const pages = [];
    for (const email of ['ada@other.example', 'nobody@other.example']) {
      const { person: either } = await beginLogIn(gatehouse, portal);
      await either.fill('Email', email).press('Continue');
      expect([either.title, either.status]).toEqual(['Enter your password', 200]);
      pages.push([either.text.replace(email, 'EMAIL'), either.buttons(), either.links()]);
    }
    expect(pages[0]).toEqual(pages[1]);
    await person.open('/help/sign-in');
    expect(person.text).toContain(
      'If you haven’t received an invitation, contact your Company Administrator.',
    );
  });

  it('B12 D1 leads from both steps to the reset page, with the address, in both languages', async () => {
    for (const [language, email, next, forgotten] of [
      ['en', 'Email', 'Continue', 'Forgot your password?'],
      ['fr', 'Adresse e-mail', 'Continuer', 'Mot de passe oublié ?'],
    ] as const) {
      const params = { ui_locales: language };
      const { person } = await beginLogIn(gatehouse, portal, { params });
      await person.follow(forgotten);
      expect(person.title).toBe(forgotten);
      const second = await beginLogIn(gatehouse, portal, { params });
      await second.person.fill(email, 'ada@other.example').press(next);
      await second.person.follow(forgotten);
      expect(second.person.title).toBe(forgotten);
      expect(second.person.find('#email')?.getAttribute('value')).toBe('ada@other.example');
    }
    // An address that is known already is carried over from the first step, too.
    const hinted = await beginLogIn(gatehouse, portal, { params: { login_hint: 'ada@other.example' } });
    await hinted.person.follow('Not you?');
    await hinted.person.follow('Forgot your password?');
    expect(hinted.person.find('#email')?.getAttribute('value')).toBe('ada@other.example');
  });

  it('B3 "Not you?" leads back to the address', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'duo@other.example').press('Continue');
    await person.follow('Not you?');
    await person.fill('Email', 'ada@other.example').press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it.each([
    ['spaces around', '  ada@other.example\t'],
    ['another case', 'ADA@Other.EXAMPLE'],
    ['full-width letters', 'ａｄａ@other.example'],
    ['an international domain', 'émilie@BÜCHER.example'],
    ['the domain as it travels', 'émilie@xn--bcher-kva.example'],
    ['a decomposed accent', 'e\u0301milie@bu\u0308cher.example'],
  ])('B7 W20 takes an address with %s', async (_what, email) => {
    const { person, pending } = await logIn(gatehouse, portal, email);
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims?.['email']).toMatch(/^(ada@other|Émilie@bücher)\.example$/);
  });

  it('B7 names what is wrong with an address, at its field', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    await person.press('Continue');
    expect(person.status).toBe(422);
    expect(person.alerts).toEqual(['Enter your email address.']);
    await person.fill('Email', 'ada at home').press('Continue');
    expect(person.find('#email')?.getAttribute('value')).toBe('ada at home');
    expect(person.find('#email')?.getAttribute('aria-describedby')).toContain('email-error');
    expect(person.alerts).toEqual(['Enter an email address in the form name@example.com.']);
  });

  it.each([
    ['in another case', PASSWORD.toUpperCase()],
    ['with a space added', `${PASSWORD} `],
  ])('B8 refuses the password %s', async (_what, password) => {
    const { person } = await logIn(gatehouse, portal, 'ada@other.example', { password });
    expect(person.alerts.join()).toContain(REFUSAL);
  });

  it('W21 gives password managers what they look for', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    expect(person.find('#email')?.getAttribute('autocomplete')).toBe('username webauthn');
    await person.fill('Email', 'tess@other.example').press('Continue');
    expect(person.find('#password')?.getAttribute('autocomplete')).toBe('current-password');
    expect(person.find('input[autocomplete=username]')?.getAttribute('value')).toBe('tess@other.example');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.find('#code')?.getAttribute('autocomplete')).toBe('one-time-code');
    expect(person.find('#code')?.getAttribute('inputmode')).toBe('numeric');
  });

  it('X37 tells apart passwords that differ after 72 bytes', async () => {
    const right = `${'Aa1!'.repeat(18)}x`;
    const other = await logIn(gatehouse, portal, 'long@other.example', {
      password: `${right.slice(0, -1)}y`,
    });
    expect(other.person.alerts.join()).toContain(REFUSAL);
    const same = await logIn(gatehouse, portal, 'long@other.example', { password: right });
    expect(same.person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('X37 refuses a password of 257 characters and one of a megabyte in so many words', async () => {
    const long = await logIn(gatehouse, portal, 'ada@other.example', { password: 'a'.repeat(257) });
    expect([long.person.status, ...long.person.alerts]).toEqual([
      422,
      'This password is too long. Use at most 256 characters.',
    ]);
    const huge = await logIn(gatehouse, portal, 'ada@other.example', { password: 'a'.repeat(1_000_000) });
    expect([huge.person.status, huge.person.title]).toEqual([413, 'Too much data']);
  });
});
