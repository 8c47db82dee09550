import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, TOTP_SECRET, world } from '../support/world.ts';

const ENGLISH = 'Log in to Gatehouse';
const FRENCH = 'Se connecter à Gatehouse';

describe('the language of a log-in', () => {
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    const totp = { totpSecret: TOTP_SECRET };
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: [
          entry('francis@other.example', 'Francis Français', ['beta'], { locale: 'fr', ...totp }),
          entry('edith@other.example', 'Edith English', ['beta'], { locale: 'en', ...totp }),
        ],
      }),
    });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(() => gatehouse.stop());

  const browser = (acceptLanguage: string) =>
    new JourneyBrowser([gatehouse.issuer], { 'accept-language': acceptLanguage });

  const open = async (acceptLanguage: string, params: Record<string, string> = {}) =>
    (await beginLogIn(gatehouse, portal, { params, browser: browser(acceptLanguage) })).person;

  it('P4 follows the browser, English where it wants neither', async () => {
    expect((await open('fr-FR,fr;q=0.9,en;q=0.8')).title).toBe(FRENCH);
    expect((await open('de,en;q=0.5,fr;q=0.4')).title).toBe(ENGLISH);
    expect((await open('ja')).title).toBe(ENGLISH);
  });

  it('P4 the request’s ui_locales goes before the browser, on every page of the journey', async () => {
    const person = await open('en', { ui_locales: 'de fr-CA en' });
    expect([person.title, person.find('html')?.getAttribute('lang')]).toEqual([FRENCH, 'fr']);
    await person.fill('Adresse e-mail', 'ada@other.example').press('Continuer');
    expect(person.title).toBe('Entrez votre mot de passe');
    await person.follow('Mot de passe oublié ?');
    await person.press('Envoyer');
    expect(person.title).toBe('Consultez votre messagerie');
    const mail = (await gatehouse.sentMessages()).find(({ to }) => to === 'ada@other.example');
    expect(mail?.subject).toBe('Créez un nouveau mot de passe pour Gatehouse');
  });

  it('P4 the person’s own setting counts once the password has said who it is, not before', async () => {
    const person = await open('en');
    await person.fill('Email', 'francis@other.example').press('Continue');
    expect(person.title).toBe('Enter your password');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.title).toBe('Vérifier votre identité');
    const english = await open('fr');
    await english.fill('Adresse e-mail', 'edith@other.example').press('Continuer');
    await english.fill('Mot de passe', PASSWORD).press('Continuer');
    expect(english.title).toBe('Verify Your Identity');
  });

  it('P4 ui_locales goes before the person’s own setting', async () => {
    const person = await open('fr', { ui_locales: 'en' });
    await person.fill('Email', 'francis@other.example').press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    expect(person.title).toBe('Verify Your Identity');
  });

  it('P4 a language link is remembered in this browser and outranks the rest', async () => {
    const person = await open('en', { ui_locales: 'en' });
    await person.follow('Français');
    expect(person.title).toBe(FRENCH);
    await person.fill('Adresse e-mail', 'edith@other.example').press('Continuer');
    await person.fill('Mot de passe', PASSWORD).press('Continuer');
    expect(person.title).toBe('Vérifier votre identité');
    const later = await beginLogIn(gatehouse, portal, { browser: person });
    expect(later.person.title).toBe(FRENCH);
  });

  it('P4 mails and the page behind their links are in the person’s language', async () => {
    const person = await browser('en').open(`${gatehouse.issuer}/forgot-password`);
    await person.fill('Email', 'francis@other.example').press('Submit');
    const mail = (await gatehouse.sentMessages()).find(({ to }) => to === 'francis@other.example');
    expect(mail?.subject).toBe('Créez un nouveau mot de passe pour Gatehouse');
    const link = mail?.text.split('\n').find((line) => line.startsWith('http')) ?? '';
    await person.open(link);
    expect(person.title).toBe('Créer un nouveau mot de passe');
  });

  it('E7 E8 E10 the help pages are linked from every page and exist in both languages', async () => {
    const person = await open('en');
    await person.follow('MFA help');
    expect(person.title).toBe('Who is responsible for resetting MFA for a user');
    expect(person.text).toContain('if the code is requested on an SSO page, contact your IT department.');
    expect(person.text).toContain('a Gatehouse administrator of your company can likely perform the reset.');
    await person.follow('What is Single Sign-On?');
    expect(person.title).toBe('What is Single Sign-On (SSO)?');
    await person.follow('Français');
    expect(person.title).toBe('Qu’est-ce que l’authentification unique (SSO) ?');
    await person.follow('Aide sur l’authentification multifacteur');
    expect(person.title).toContain('Qui est responsable');
  });

  it('N1 N5 E9 the help page says whom to ask for a lost address, and whether a password works with SSO', async () => {
    const person = await browser('en').open(`${gatehouse.issuer}/help/sign-in`);
    expect(person.title).toBe('Help with logging in to Gatehouse');
    expect(person.text).toContain(
      'Search your inbox for your invitation, or contact your Company Administrator',
    );
    await person.follow('What is Single Sign-On?');
    expect(person.text).toContain('Can I log in with a password instead?');
  });
});
