import { MINUTE } from '#kernel';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn } from '../support/sign-in.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { person as entry, PASSWORD, TOTP_SECRET, totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';

describe('the second factor', () => {
  let clock: TravellingClock;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    clock = travellingClock();
    const names = ['page', 'spaced', 'wrong', 'twice', 'late', 'tries'];
    gatehouse = await startGatehouse({
      clock,
      env: { SUPPORT_URL: 'https://support.example', SUPPORT_PHONE: 'US +1 555 010 9999' },
      bootstrap: world({
        companies: [
          {
            id: 'delta',
            name: 'Delta Docks',
            settings: {
              mfa: { required: true },
              support: { url: 'https://help.delta.example', phone: '+1 555 010 0000' },
            },
          },
        ],
        accounts: [
          ...names.map((name) =>
            entry(`${name}@other.example`, 'Tess Totp', ['gamma'], { totpSecret: TOTP_SECRET }),
          ),
          entry('helped@other.example', 'Hal Helped', ['delta'], { totpSecret: TOTP_SECRET }),
          entry('payor@other.example', 'Pia Payor', [], {
            totpSecret: TOTP_SECRET,
            memberships: [{ company: 'delta', payments: 'payor' }],
          }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    clock.restore();
    await gatehouse.stop();
  });

  const code = () => totpCode(clock.now());
  const wrongCode = async () => String((Number(await code()) + 1) % 1_000_000).padStart(6, '0');

  it('I1 I6 I7 "Try another method" shows what the person has, the recovery code, and whom to ask', async () => {
    const { person } = await logIn(gatehouse, portal, 'page@other.example');
    await person.follow('Try another method');
    expect(person.title).toBe('How Do You Want to Verify Your Identity');
    const known = ['Authenticator App', 'Use a Phone Number', 'Use a Passkey', 'Enter Recovery Code'];
    const offered = person.links().filter((link) => known.includes(link));
    expect(offered).toEqual(['Authenticator App', 'Enter Recovery Code']);
    expect(person.text).toContain('Ask your Company Administrator');
    await person.follow('Enter Recovery Code');
    await person.follow('Try another method');
    await person.follow('Authenticator App');
    expect(person.hasLabel(CODE)).toBe(true);
  });

  it('I9 E7 tells whose code it is, and names the company only after the first factor', async () => {
    const { person } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'page@other.example').press('Continue');
    const uid = /interaction\/([\w-]+)/.exec(person.form().action.pathname)?.[1];
    const chooser = `/interaction/${uid}/choose-method`;
    await person.open(chooser);
    expect([person.title, person.text]).toEqual([
      'Enter your password',
      expect.not.stringMatching(/Gamma|Tess/),
    ]);
    await person.fill('Password', PASSWORD).press('Continue');
    await person.follow('Try another method');
    expect(person.url.pathname).toBe(chooser);
    expect(person.text).toContain('Ask your Company Administrator at Gamma Glass');
    expect(person.text).toContain(
      'External MFA: if the code is requested on your company’s Single Sign-On (SSO) page, contact your IT department.',
    );
    expect(person.text).toContain(
      'Gatehouse MFA: if the code is requested on a Gatehouse screen after the SSO log-in, a Gatehouse administrator of your company can likely reset it.',
    );
  });

  it('N6 N7 names the right team by the kind of account, and the support of the company and of the platform', async () => {
    const { person } = await logIn(gatehouse, portal, 'helped@other.example');
    await person.follow('Try another method');
    expect(person.text).toContain('Ask your Company Administrator at Delta Docks');
    expect(person.find('main a[href="https://help.delta.example"]')?.textContent).toBe('Support page');
    expect(person.text).toContain('+1 555 010 0000');
    const { person: payor } = await logIn(gatehouse, portal, 'payor@other.example');
    await payor.follow('Try another method');
    expect(payor.text).toContain('Contact payments support.');
    expect(payor.text).not.toContain('Ask your Company Administrator');
    // Before the first factor there is the list of all kinds, and the platform's own support.
    const { person: stranger } = await beginLogIn(gatehouse, portal);
    expect(stranger.find('footer a[href="https://support.example"]')).not.toBeNull();
    await stranger.follow('MFA help');
    for (const kind of ['Standard users', 'Payments users', 'Single Sign-On (SSO) users'])
      expect(stranger.text).toContain(kind);
    expect(stranger.text).toContain('By phone: US +1 555 010 9999');
    expect(stranger.text).not.toContain('Delta');
  });

  it('I2 I4 takes the code with spaces', async () => {
    const { person, pending } = await logIn(gatehouse, portal, 'spaced@other.example');
    const typed = (await code()).replace(/^(...)/, ' $1 ');
    await person.fill(CODE, typed).press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:mfa-app', amr: ['pwd', 'otp', 'mfa'] });
    expect(Math.abs(Number(claims?.auth_time) - clock.now() / 1000)).toBeLessThan(30);
  });

  it('G10 says that a code is wrong, and takes the right one after it', async () => {
    const { person } = await logIn(gatehouse, portal, 'wrong@other.example');
    await person.fill(CODE, await wrongCode()).press('Continue');
    expect([person.status, ...person.alerts]).toEqual([
      422,
      'This code is incorrect. Check it and try again.',
    ]);
    await person.fill(CODE, await code()).press('Continue');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('X30 takes each code for one log-in only', async () => {
    const used = await code();
    const first = await logIn(gatehouse, portal, 'twice@other.example');
    await first.person.fill(CODE, used).press('Continue');
    const second = await logIn(gatehouse, portal, 'twice@other.example');
    await second.person.fill(CODE, used).press('Continue');
    expect([second.person.status, ...second.person.alerts]).toEqual([
      422,
      'This code was already used. Wait for the next code in your app.',
    ]);
  });

  it('F6 stops after five tries, over all log-ins of the person', async () => {
    const statuses = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      const { person } = await logIn(gatehouse, portal, 'tries@other.example');
      await person.fill(CODE, await wrongCode()).press('Continue');
      statuses.push(person.status);
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    const { person } = await logIn(gatehouse, portal, 'tries@other.example');
    await person.fill(CODE, await code()).press('Continue');
    expect(person.alerts.join()).toMatch(/^There were too many tries. Wait a few minutes, then try again. /);
  });

  it('W4 a first factor older than ten minutes is asked for again', async () => {
    const { person } = await logIn(gatehouse, portal, 'late@other.example');
    clock.advance(10 * MINUTE);
    await person.fill(CODE, await code()).press('Continue');
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', PASSWORD).press('Continue');
    await person.fill(CODE, await code()).press('Continue');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });

  it('I5 I6 P2 speaks French', async () => {
    const browser = new JourneyBrowser([gatehouse.issuer], { 'accept-language': 'fr' });
    const { person } = await beginLogIn(gatehouse, portal, { browser });
    await person.fill('Adresse e-mail', 'page@other.example').press('Continuer');
    expect(person.title).toBe('Entrez votre mot de passe');
    await person.fill('Mot de passe', PASSWORD).press('Continuer');
    expect(person.title).toBe('Vérifier votre identité');
    expect(person.text).toContain('code d’accès à usage unique');
    await person.follow('Essayer une autre méthode');
    expect(person.text).toContain('code de récupération');
    await person.follow('Application d’authentification');
    await person
      .fill('Saisissez votre code d’accès à usage unique à 6 chiffres', await code())
      .press('Continuer');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
  });
});
