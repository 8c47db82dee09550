import { shownSecret } from '../support/authenticator-setup.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { shownRecoveryCode } from '../support/recovery-code.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { accountOf, beginLogIn, logIn } from '../support/sign-in.ts';
import { person as entry, totpCode, world } from '../support/world.ts';

describe('enrolling an authenticator app', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    const names = ['pages', 'wrong', 'lands', 'save', 'reload', 'phone', 'french'];
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: names.map((name) => entry(`${name}@other.example`, 'Max Must', ['gamma'])),
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  /** At "Secure your Account". */
  async function setUp(email: string) {
    const begun = await logIn(gatehouse, portal, email);
    await begun.person.press('Set Up Now');
    await begun.person.choose('Authenticator App').press('Continue');
    return begun;
  }

  const enterCode = async (person: JourneyBrowser, secret = shownSecret(person)) =>
    person.fill('Enter the 6-Digit Verification Code', await totpCode(Date.now(), secret)).press('Continue');

  it('G13 G14 is asked for after the first factor: why, then which method', async () => {
    const { person } = await logIn(gatehouse, portal, 'pages@other.example');
    expect(person.title).toBe('Two-Factor Authentication Required');
    expect(person.text).toContain('Gamma Glass requires a second step');
    expect(person.buttons()).toEqual(['Set Up Now']);
    await person.press('Set Up Now');
    expect(person.title).toBe('Select an Authentication Method');
    await person.choose('Authenticator App').press('Continue');
    expect(person.title).toBe('Secure your Account');
  });

  it('G15 G16 G17 shows the QR code as an image of our own, the tip, and the secret in groups of four', async () => {
    const { person } = await setUp('pages@other.example');
    expect(person.text).toContain('Set Up Your Authenticator App');
    expect(person.find('img[alt^="QR code"]')?.getAttribute('src')).toMatch(/^data:image\//);
    expect(person.text).toContain('not with your phone’s camera');
    expect(person.find('details summary')?.textContent).toBe('Trouble Scanning');
    expect(person.find('details code')?.textContent).toMatch(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/);
  });

  it('G4 I8 names product and address in the app', async () => {
    const { person } = await setUp('phone@other.example');
    expect(person.find('details')?.textContent).toContain('phone@other.example');
    expect(person.find('details')?.textContent).toContain('Gatehouse');
  });

  it('G18 stores nothing before a right code', async () => {
    const { person } = await setUp('wrong@other.example');
    const secret = shownSecret(person);
    const field = person.find('#code');
    expect([field?.getAttribute('autocomplete'), field?.getAttribute('inputmode')]).toEqual([
      'one-time-code',
      'numeric',
    ]);
    for (const [code, text] of [
      ['', 'Enter the code.'],
      ['12 34', 'Enter the 6 digits of the code.'],
      [
        String((Number(await totpCode(Date.now(), secret)) + 1) % 1_000_000).padStart(6, '0'),
        'This code is incorrect. Check it and try again.',
      ],
    ] as const) {
      await person.fill('Enter the 6-Digit Verification Code', code).press('Continue');
      expect([person.status, ...person.alerts]).toEqual([422, text]);
      expect(shownSecret(person)).toBe(secret);
    }
    const { id } = await accountOf(gatehouse, 'wrong@other.example');
    expect((await gatehouse.credentials.totp.status(id)).enrolled).toBe(false);
  });

  it('G21 G22 G23 shows the recovery code once, with its warning, and wants the box ticked', async () => {
    const { person } = await setUp('save@other.example');
    await enterCode(person);
    expect(person.title).toBe('Save Your Recovery Code');
    expect(person.headers.get('cache-control')).toBe('no-store');
    expect(person.text).toContain('Save it in a location that is securely accessible from another device.');
    expect(person.text).toContain('If your MFA device is lost or damaged, you will need it');
    expect(person.text).toContain('Each recovery code can be used only once.');
    expect(person.text).toContain('you will have the option to save a new recovery code');
    expect(person.buttons()).toEqual(expect.arrayContaining(['Copy', 'Download', 'Continue']));
    const code = shownRecoveryCode(person);
    expect(code).not.toBe('');
    await person.press('Continue');
    expect(person.status).toBe(422);
    expect(person.alerts.join()).toContain('Confirm that you have saved the code.');
    expect(person.text).toContain(code);
    await person.choose('I Have Securely Saved This Code').press('Continue');
    expect(person.arrivedAt?.searchParams.has('code')).toBe(true);
    expect(person.transcript.filter((html) => html.includes(code))).toHaveLength(2);
  });

  it('G21 hands the code out as a text file and leaves the page as it is', async () => {
    const { person } = await setUp('reload@other.example');
    await enterCode(person);
    const page = person.url;
    const code = shownRecoveryCode(person);
    await person.press('Download');
    expect(person.headers.get('content-type')).toContain('text/plain');
    expect(person.headers.get('content-disposition')).toContain('attachment; filename="recovery-code.txt"');
    expect(person.html.trim()).toBe(code);
    await person.open(page);
    expect(person.text).toContain(code);
  });

  it('G24 lands at the relying party without a second challenge; later log-ins ask for the code', async () => {
    const { person, pending } = await setUp('lands@other.example');
    const secret = shownSecret(person);
    await enterCode(person);
    await person.choose('I Have Securely Saved This Code').press('Continue');
    const claims = (await portal.complete(pending, person.arrivedAt)).claims();
    expect(claims).toMatchObject({ acr: 'urn:gatehouse:acr:mfa-app', amr: ['pwd', 'otp', 'mfa'] });
    const next = await logIn(gatehouse, portal, 'lands@other.example');
    expect(next.person.title).toBe('Verify Your Identity');
    expect(next.person.html).not.toContain(secret);
    const mails = (await gatehouse.sentMessages()).filter(({ to }) => to === 'lands@other.example');
    expect(mails.map(({ subject }) => subject)).toEqual(['An authenticator app was added']);
  });

  it('P2 G15 speaks French', async () => {
    const browser = new JourneyBrowser([gatehouse.issuer], { 'accept-language': 'fr-CA, en;q=0.5' });
    const { person } = await beginLogIn(gatehouse, portal, { browser });
    await person.fill('Adresse e-mail', 'french@other.example').press('Continuer');
    await person.fill('Mot de passe', 'Correct-Horse-7').press('Continuer');
    expect(person.title).toBe('Authentification multifacteur requise');
    await person.press('Configurer maintenant');
    await person.choose('Application d’authentification').press('Continuer');
    expect(person.title).toBe('Sécuriser votre compte');
    const secret = shownSecret(person);
    await person
      .fill('Saisissez le code de vérification à 6 chiffres', await totpCode(Date.now(), secret))
      .press('Continuer');
    expect(person.title).toBe('Enregistrer votre code de récupération');
  });
});
