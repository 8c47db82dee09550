import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { client } from '../support/protocol-clients.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(2)>\'`{{brand}}$t(x)';

describe('every page of a log-in', () => {
  let gatehouse: TestGatehouse;
  let evil: RelyingParty;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      bootstrap: world({
        companies: [{ id: 'evil', name: `Evil ${SCRIPT}` }],
        accounts: [
          entry('xss@other.example', `Eve ${SCRIPT}`, ['evil', 'gamma'], {
            totpSecret: TOTP_SECRET,
            acceptedTerms: false,
          }),
          entry('enrol@other.example', `Eve ${SCRIPT}`, ['gamma']),
        ],
        clients: [client('evil', { client_name: `Client ${SCRIPT}`, first_party: false })],
      }),
      env: { TERMS_VERSION: '1' },
    });
    evil = await relyingParty(gatehouse.issuer, {
      clientId: 'evil',
      clientSecret: 'evil-secret',
      scope: 'openid email',
    });
  });
  afterAll(() => gatehouse.stop());

  function expectSafe(person: JourneyBrowser): void {
    const { headers } = person;
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*script-src 'self'(;|$).*frame-ancestors 'none'/,
    );
    expect(headers.get('content-security-policy')).not.toContain('unsafe-inline');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(person.html).not.toContain('<script>');
    for (const markup of ['script:not([src])', '[onerror]', 'img[src=x]', 'style', '[style]'])
      expect([markup, person.has(markup)]).toEqual([markup, false]);
    expect(person.html.match(/<h1/g)).toHaveLength(1);
  }

  it('X20 X21 is safe, from the address to the consent', async () => {
    const { person } = await beginLogIn(gatehouse, evil, {
      params: { login_hint: SCRIPT, ui_locales: SCRIPT, state: SCRIPT, nonce: SCRIPT },
    });
    expectSafe(person);
    expect(person.find('#email')?.getAttribute('value')).toBe(SCRIPT);
    await person.fill('Email', SCRIPT).press('Continue');
    expectSafe(person);
    await person.fill('Email', 'xss@other.example').press('Continue');
    expectSafe(person);
    await person.fill('Password', 'Wrong-Horse-7').press('Continue');
    expectSafe(person);
    await person.fill('Password', PASSWORD).press('Continue');
    expectSafe(person);
    for (const link of [
      'Try another method',
      'Enter Recovery Code',
      'Try another method',
      'Authenticator App',
    ]) {
      await person.follow(link);
      expectSafe(person);
    }
    await person.fill('Enter Your 6-digit Verification Code', SCRIPT).press('Continue');
    expectSafe(person);
    await person.fill('Enter Your 6-digit Verification Code', await totpCode(Date.now())).press('Continue');
    expectSafe(person);
    await person.choose('I Agree to the Terms and Conditions').press('Agree');
    expect(person.title).toBe('Select a Company');
    expectSafe(person);
    await person.choose('Gamma Glass').press('Continue');
    expect(person.title).toContain('Client "><script>');
    expectSafe(person);
    const left = person.transcript.length;
    await person.press('Accept');
    expect(person.arrivedAt?.searchParams.get('state')).toBe(SCRIPT);
    expect(person.transcript.slice(left).join()).not.toContain('<script>');
  });

  it('X20 X21 is safe while enrolling', async () => {
    const { person } = await logIn(gatehouse, evil, 'enrol@other.example');
    expectSafe(person);
    await person.press('Set Up Now');
    expectSafe(person);
    await person.choose('Authenticator App').press('Continue');
    expectSafe(person);
  });

  it.each([
    '/forgot-password',
    '/reset-password',
    '/help/sso',
    '/nowhere',
    '/session/end',
    '/auth',
    '/interaction/x',
  ])('X20 %s is safe too', async (path) => {
    const query = new URLSearchParams({ email: SCRIPT, client_id: SCRIPT, error_description: SCRIPT });
    const person = await new JourneyBrowser([gatehouse.issuer]).open(`${gatehouse.issuer}${path}?${query}`);
    expectSafe(person);
  });

  it('X27 O5 an error page of the protocol carries its correlation id and none of the request’s text as markup', async () => {
    const person = await new JourneyBrowser([gatehouse.issuer]).open(
      `${gatehouse.issuer}/auth?client_id=${encodeURIComponent(SCRIPT)}&response_type=code`,
    );
    expect(person.status).toBe(400);
    expect(person.text).toContain(person.headers.get('x-correlation-id') ?? '-');
    expectSafe(person);
  });
});
