import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab } from '../support/chromium.ts';
import { type DemoSite, startDemoSite } from '../support/demo-site.ts';
import { FIRST_PASSWORD } from '../support/invitations.ts';
import { linkIn, type MailServer, startMailServer } from '../support/mail-server.ts';
import { PASSWORD, totpCode } from '../support/world.ts';

/** The labels of the journey, as a person of that language reads them. */
const LANGUAGES = [
  {
    locale: 'en',
    mail: 'Get Started',
    create: 'Create a Password',
    password: 'Password',
    confirm: 'Confirm',
    weak: 'Strength: weak',
    strong: 'Strength: strong',
    newsletter: 'Subscribe to the newsletter and product updates (optional)',
    set: 'Set Password',
    required: 'Two-Factor Authentication Required',
    setUp: 'Set Up Now',
    app: 'Authenticator App',
    next: 'Continue',
    secure: 'Secure your Account',
    trouble: 'Trouble Scanning',
    code: 'Enter the 6-Digit Verification Code',
    saved: 'I Have Securely Saved This Code',
    agree: 'I Agree to the Terms and Conditions',
    agreeButton: 'Agree',
    email: 'Email',
    renew: 'Create a New Password',
    mismatch: 'Passwords must match',
  },
  {
    locale: 'fr',
    mail: 'Commencer',
    create: 'Créer un mot de passe',
    password: 'Mot de passe',
    confirm: 'Confirmer',
    weak: 'Robustesse\u00a0: faible',
    strong: 'Robustesse\u00a0: élevée',
    newsletter: 'S’abonner à la newsletter et aux nouveautés (facultatif)',
    set: 'Définir le mot de passe',
    required: 'Authentification multifacteur requise',
    setUp: 'Configurer maintenant',
    app: 'Application d’authentification',
    next: 'Continuer',
    secure: 'Sécuriser votre compte',
    trouble: 'Problème de numérisation',
    code: 'Saisissez le code de vérification à 6 chiffres',
    saved: 'J’ai enregistré ce code en lieu sûr',
    agree: 'J’accepte les conditions générales',
    agreeButton: 'Accepter',
    email: 'Adresse e-mail',
    renew: 'Créer un nouveau mot de passe',
    mismatch: 'Les mots de passe doivent être identiques',
  },
] as const;

(hasChromium ? describe : describe.skip)('first log-in and expired password in a browser', () => {
  let site: DemoSite;
  let mails: MailServer;
  let browser: Browser;
  beforeAll(async () => {
    mails = await startMailServer();
    site = await startDemoSite({
      env: { SMTP_URL: mails.url },
      companies: [{ id: 'aging', name: 'Aging Arches', settings: { password: { expiryDays: 90 } } }],
      accounts: LANGUAGES.map(({ locale }) => ({
        email: `eva-${locale}@other.example`,
        name: 'Eva Expired',
        password: PASSWORD,
        passwordChangedAt: '2020-01-01T00:00:00Z',
        memberships: [{ company: 'aging' }],
        acceptedTerms: true,
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
    heading: (name: string) => page.getByRole('heading', { name, exact: true }).waitFor(),
    fill: (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value),
  });

  it.each(
    LANGUAGES,
  )('A2 A10 A14 $locale: from the mail over password, authenticator app and terms into the application', async (words) => {
    const { locale } = words;
    const { page, complaints, close } = await openTab(browser, { locale });
    const { press, heading, fill } = handsOf(page);
    const email = `nina-${locale}@crane.example`;
    const about = { companyId: 'crane', clientId: 'portal', name: 'Nina New', locale };
    await site.gatehouse.invitations.invite({ email, ...about }, { actor: 'the-administrator' });
    const mail = await mails.nextTo(email);
    expect(mail).toContain(words.mail);

    await page.goto(linkIn(mail));
    await heading(words.create);
    expect(page.url()).not.toContain('token');
    expect(await page.locator('.identity').innerText()).toContain(email);
    const met = () => page.locator('[data-rule][data-state=met]').count();
    const password = page.getByLabel(words.password, { exact: true });
    await password.pressSequentially('Abcdefg1');
    expect(await met()).toBe(4);
    await page.getByText(words.weak).waitFor();
    await fill(words.password, FIRST_PASSWORD);
    expect(await met()).toBe(5);
    await page.getByText(words.strong).waitFor();
    await keepPicture(page, `story-invitation-${locale}`);
    await fill(words.confirm, FIRST_PASSWORD);
    await page.getByLabel(words.newsletter).check();
    await press(words.set);

    await heading(words.required);
    await press(words.setUp);
    await page.getByRole('radio', { name: words.app }).check();
    await press(words.next);
    await heading(words.secure);
    await page.getByText(words.trouble, { exact: true }).click();
    const secret = (await page.locator('.secret').innerText()).replaceAll(' ', '');
    await fill(words.code, await totpCode(Date.now(), secret));
    await press(words.next);
    await page.getByLabel(words.saved).check();
    await press(words.next);
    await page.getByLabel(words.agree).check();
    await press(words.agreeButton);
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('You are logged in as Nina New, Crane Works.');
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(
    LANGUAGES,
  )('C-8 C-6 $locale: an expired password is replaced on the way into the application', async (words) => {
    const { page, complaints, close } = await openTab(browser, { locale: words.locale });
    const { press, heading, fill } = handsOf(page);
    await page.goto(`${site.portal}/login`);
    await fill(words.email, `eva-${words.locale}@other.example`);
    await press(words.next);
    await fill(words.password, PASSWORD);
    await press(words.next);
    await heading(words.renew);
    await fill(words.password, FIRST_PASSWORD);
    await fill(words.confirm, `${FIRST_PASSWORD}x`);
    await press(words.set);
    await page.getByRole('alert').filter({ hasText: words.mismatch }).waitFor();
    await fill(words.password, FIRST_PASSWORD);
    await fill(words.confirm, FIRST_PASSWORD);
    await press(words.set);
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain(
      'You are logged in as Eva Expired, Aging Arches.',
    );
    expect(complaints).toEqual([]);
    await close();
  });
});
