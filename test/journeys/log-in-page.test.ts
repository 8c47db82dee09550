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

  it('B1 discovery, log-in and forms stay on the one configured host', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    expect(person.url.origin).toBe(gatehouse.issuer);
    expect(person.form().action.origin).toBe(gatehouse.issuer);
    expect(portal.configuration.serverMetadata().authorization_endpoint).toContain(gatehouse.issuer);
  });

  it('A3 tells everybody alike that an invitation is needed', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    expect(person.text).toContain('contact your Company Administrator');
    for (const email of ['ada@other.example', 'nobody@other.example']) {
      const { person: known } = await beginLogIn(gatehouse, portal);
      await known.fill('Email', email).press('Continue');
      expect([known.title, known.status]).toEqual(['Enter your password', 200]);
    }
  });

  it('B12 D1 leads from both steps to the reset page, with the address', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    expect(person.links()).toContain('Forgot your password?');
    await person.fill('Email', 'ada@other.example').press('Continue');
    await person.follow('Forgot your password?');
    expect(person.title).toBe('Forgot your password?');
    expect(person.find('#email')?.getAttribute('value')).toBe('ada@other.example');
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
