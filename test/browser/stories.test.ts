import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab } from '../support/chromium.ts';
import { type DemoSite, enrolledPerson, startDemoSite } from '../support/demo-site.ts';
import { linkIn, type MailServer, startMailServer } from '../support/mail-server.ts';
import { accountOf } from '../support/sign-in.ts';
import { PASSWORD, TOTP_SECRET, totpCode } from '../support/world.ts';

/** The labels of the journeys, as a person of that language reads them. */
const LANGUAGES = [
  {
    locale: 'en',
    email: 'Email',
    password: 'Password',
    next: 'Continue',
    other: 'Try another method',
    recovery: 'Enter Recovery Code',
    recoveryField: 'Enter Recovery Code',
    saved: 'I Have Securely Saved This Code',
    lost: 'Replace Your Lost Verification Method',
    setUp: 'Set Up a New Device',
    app: 'Authenticator App',
    code: 'Enter the 6-Digit Verification Code',
    challenge: 'Enter Your 6-digit Verification Code',
    wrong: 'This code is incorrect. Check it and try again.',
    usedMail: 'The recovery code of your Gatehouse account was used to log in',
    submit: 'Submit',
    sent: 'Check your email',
    ssoMail: 'there is no password to reset here',
    guest: 'toni@acme.example',
    join: 'Join',
    joinTitle: 'Join Acme Builders',
    joined: 'You are now logged into Gatehouse',
    profile: 'My Profile Settings',
    security: 'Password & Security',
    managed: 'Acme Builders uses Single Sign-On (SSO)',
  },
  {
    locale: 'fr',
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    next: 'Continuer',
    other: 'Essayer une autre méthode',
    recovery: 'Saisir le code de récupération',
    recoveryField: 'Saisissez le code de récupération',
    saved: 'J’ai enregistré ce code en lieu sûr',
    lost: 'Remplacer votre méthode de vérification perdue',
    setUp: 'Configurer un nouvel appareil',
    app: 'Application d’authentification',
    code: 'Saisissez le code de vérification à 6 chiffres',
    challenge: 'Saisissez votre code d’accès à usage unique à 6 chiffres',
    wrong: 'Ce code est incorrect. Vérifiez-le et réessayez.',
    usedMail: 'Le code de récupération de votre compte Gatehouse a été utilisé',
    submit: 'Envoyer',
    sent: 'Consultez votre messagerie',
    ssoMail: 'aucun mot de passe à réinitialiser ici',
    guest: 'sam@acme.example',
    join: 'Rejoindre',
    joinTitle: 'Rejoindre Acme Builders',
    joined: 'Vous êtes maintenant connecté à Gatehouse',
    profile: 'Paramètres de mon profil',
    security: 'Mot de passe et sécurité',
    managed: 'Acme Builders utilise l’authentification unique (SSO)',
  },
] as const;

(hasChromium ? describe : describe.skip)('a lost phone, and people of an SSO domain in a browser', () => {
  let site: DemoSite;
  let mails: MailServer;
  let browser: Browser;
  beforeAll(async () => {
    mails = await startMailServer();
    site = await startDemoSite({
      env: { SMTP_URL: mails.url },
      idpApart: true,
      accounts: LANGUAGES.map(({ locale }) => ({
        ...enrolledPerson(`lost-${locale}@bridges.example`),
        locale,
      })),
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
    await mails.close();
  });

  const handsOf = (page: Page) => ({
    press: (name: string) => page.getByRole('button', { name, exact: true }).click(),
    follow: (name: string) => page.getByRole('link', { name, exact: true }).click(),
    heading: (name: string) => page.getByRole('heading', { name, exact: true }).waitFor(),
    fill: (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value),
  });

  async function secretOfPage(page: Page): Promise<string> {
    await page.locator('main summary').click();
    return (await page.locator('.secret').innerText()).replaceAll(' ', '');
  }

  it.each(
    LANGUAGES,
  )('J1 J6 $locale: a lost phone, the recovery code, a new app, and its code at the next log-in', async (words) => {
    const email = `lost-${words.locale}@bridges.example`;
    const { id } = await accountOf(site.gatehouse, email);
    const kept = await site.gatehouse.credentials.recoveryCodes.issue(id, { actor: id });
    const { page, complaints, close } = await openTab(browser, { locale: words.locale });
    const { press, follow, heading, fill } = handsOf(page);
    const upToTheCode = async () => {
      await page.goto(`${site.portal}/login`);
      await fill(words.email, email);
      await press(words.next);
      await fill(words.password, PASSWORD);
      await press(words.next);
      await page.getByLabel(words.challenge, { exact: true }).waitFor();
    };
    const save = async () => {
      await page.getByLabel(words.saved).check();
      await press(words.next);
    };
    await upToTheCode();
    await follow(words.other);
    await follow(words.recovery);
    await fill(words.recoveryField, kept.match(/.{4}/g)?.join(' ') ?? '');
    await keepPicture(page, `story-recovery-code-${words.locale}`);
    await press(words.next);
    await save();
    await heading(words.lost);
    await press(words.setUp);
    await page.getByRole('radio', { name: words.app }).check();
    await press(words.next);
    const secret = await secretOfPage(page);
    await fill(words.code, await totpCode(Date.now() - 30_000, secret));
    await press(words.next);
    await save();
    await page.waitForURL(`${site.portal}/`);
    expect(await mails.nextTo(email)).toContain(words.usedMail);

    await page.context().clearCookies();
    await upToTheCode();
    await fill(words.challenge, await totpCode(Date.now(), TOTP_SECRET));
    await press(words.next);
    await page.getByText(words.wrong).waitFor();
    await fill(words.challenge, await totpCode(Date.now(), secret));
    await press(words.next);
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Robin Enrolled');
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(
    LANGUAGES,
  )('W1 W19 $locale: invitation, forgotten password and profile lead a person of an SSO domain to the company', async (words) => {
    const email = words.guest;
    const { page, complaints, close } = await openTab(browser, { locale: words.locale });
    const { press, follow, heading, fill } = handsOf(page);
    const signInThere = async () => {
      await page.waitForURL(`${site.idp}/**`);
      expect(await page.getByLabel('Email').inputValue()).toBe(email);
      await press('Sign in');
    };
    const invited = { companyId: 'acme', email, locale: words.locale };
    await site.gatehouse.invitations.invite(invited, { actor: 'the-administrator' });
    await page.goto(linkIn(await mails.nextTo(email)));
    await signInThere();
    await heading(words.joinTitle);
    await press(words.join);
    await heading(words.joined);
    await follow(words.profile);
    await page.waitForURL(`${site.gatehouse.issuer}/profile`);
    await follow(words.security);
    expect(await page.locator('main').innerText()).toContain(words.managed);

    await page.context().clearCookies();
    await page.goto(`${site.gatehouse.issuer}/forgot-password`);
    await fill(words.email, email);
    await press(words.submit);
    await heading(words.sent);
    const mail = await mails.nextTo(email);
    expect(mail.replaceAll(/\s+/g, ' ')).toContain(words.ssoMail);
    expect(mail).not.toContain('reset-password?');

    await page.goto(`${site.gatehouse.issuer}/profile`);
    await fill(words.email, email);
    await press(words.next);
    await signInThere();
    await page.waitForURL(`${site.gatehouse.issuer}/profile`);
    expect(complaints).toEqual([]);
    await close();
  });
});
