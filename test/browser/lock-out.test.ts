import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab } from '../support/chromium.ts';
import { type DemoSite, startDemoSite } from '../support/demo-site.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { PASSWORD } from '../support/world.ts';

const WRONG = 'Wrong-Horse-7';
const NEW_PASSWORD = 'Battery-Staple-8';

const WORDS = {
  en: {
    email: 'Email',
    password: 'Password',
    confirm: 'Confirm',
    next: 'Continue',
    locked: 'Account Locked',
    reset: 'Reset Password',
    submit: 'Submit',
    sent: 'Check your email',
    logIn: 'Log in',
    neutral: 'After several tries an account may be locked.',
    lockedMail: 'Your account has been locked',
  },
  fr: {
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    confirm: 'Confirmer',
    next: 'Continuer',
    locked: 'Compte verrouillé',
    reset: 'Réinitialiser le mot de passe',
    submit: 'Envoyer',
    sent: 'Consultez votre messagerie',
    logIn: 'Se connecter',
    neutral: 'Après plusieurs tentatives, un compte peut être verrouillé.',
    lockedMail: 'Votre compte a été verrouillé',
  },
} as const;

(hasChromium ? describe : describe.skip)('a locked account in a browser', () => {
  let site: DemoSite;
  let mails: MailServer;
  let browser: Browser;
  beforeAll(async () => {
    mails = await startMailServer();
    site = await startDemoSite({
      env: { SMTP_URL: mails.url },
      accounts: (['en', 'fr'] as const).map((locale) => ({
        email: `lou-${locale}@bridges.example`,
        name: 'Lou Locked',
        locale,
        password: PASSWORD,
        memberships: [{ company: 'bridges' }],
        acceptedTerms: true,
      })),
    });
    const bridges = await site.gatehouse.companies.byId('bridges');
    if (!bridges) throw new Error('no company to lock at');
    const settings = { ...bridges.settings, lockout: { enabled: true, attempts: 3 } };
    await site.gatehouse.companies.put({ ...bridges, settings }, { actor: 'system' });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
    await mails.close();
  });

  async function openPassword(page: Page, email: string, words: (typeof WORDS)['en' | 'fr']): Promise<void> {
    await page.goto(`${site.portal}/login`);
    await page.getByLabel(words.email, { exact: true }).fill(email);
    await page.getByRole('button', { name: words.next, exact: true }).click();
    await page.getByLabel(words.password, { exact: true }).waitFor();
  }

  it.each([
    'en',
    'fr',
  ] as const)('F3 F4 O6 a person locks their account, is told so, resets the password and is back in (%s)', async (locale) => {
    const words = WORDS[locale];
    const email = `lou-${locale}@bridges.example`;
    const { page, complaints, close } = await openTab(browser, { locale });
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    const give = async (password: string) => {
      await page.getByLabel(words.password, { exact: true }).fill(password);
      await press(words.next);
    };
    // The log-in that makes this browser a known one; the session is left behind.
    await openPassword(page, email, words);
    await give(PASSWORD);
    await page.waitForURL(`${site.portal}/`);
    await page.context().clearCookies({ name: 'gh_session' });
    await page.context().clearCookies({ name: 'gh_session.sig' });

    await openPassword(page, email, words);
    for (let n = 0; n < 2; n++) {
      await give(WRONG);
      await page.getByText(words.neutral).waitFor();
    }
    await give(WRONG);
    await page.getByRole('heading', { name: words.locked, exact: true }).waitFor();
    await keepPicture(page, `story-account-locked-${locale}`);
    expect(await mails.nextTo(email)).toContain(`${site.gatehouse.issuer}/forgot-password`);

    await page.getByRole('link', { name: words.reset, exact: true }).click();
    expect(await page.getByLabel(words.email, { exact: true }).inputValue()).toBe(email);
    await press(words.submit);
    await page.getByRole('heading', { name: words.sent }).waitFor();
    const [link] = /^http:\/\/localhost\S+reset-password\?token=\S+$/m.exec(await mails.nextTo(email)) ?? [];
    await page.goto(link ?? '');
    await page.getByLabel(words.password, { exact: true }).fill(NEW_PASSWORD);
    await page.getByLabel(words.confirm, { exact: true }).fill(NEW_PASSWORD);
    await press(words.reset);
    await page.getByRole('link', { name: words.logIn, exact: true }).click();
    await give(NEW_PASSWORD);
    await page.waitForURL(`${site.portal}/`);
    expect(complaints).toEqual([]);
    await close();
  });
});
