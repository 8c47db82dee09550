import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { type DemoSite, personToEnrol, startDemoSite } from '../support/demo-site.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { PASSWORD } from '../support/world.ts';

const WORDS = {
  en: {
    email: 'Email',
    password: 'Password',
    next: 'Continue',
    setUp: 'Set Up Now',
    method: 'Email Verification',
    title: 'Set Up Email Verification',
    setUpCode: 'Enter the 6-Digit Verification Code',
    saved: 'I Have Securely Saved This Code',
    challenge: 'Verify Your Identity',
    code: 'Enter Your 6-digit Verification Code',
    resend: 'Resend New Code',
    other: 'Try another method',
    byEmail: 'Use Your Email Address',
  },
  fr: {
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    next: 'Continuer',
    setUp: 'Configurer maintenant',
    method: 'Vérification par e-mail',
    title: 'Configurer la vérification par e-mail',
    setUpCode: 'Saisissez le code de vérification à 6 chiffres',
    saved: 'J’ai enregistré ce code en lieu sûr',
    challenge: 'Vérifier votre identité',
    code: 'Saisissez votre code d’accès à usage unique à 6 chiffres',
    resend: 'Renvoyer un nouveau code',
    other: 'Essayer une autre méthode',
    byEmail: 'Utiliser votre adresse e-mail',
  },
};

const LOCALES = ['en', 'fr'] as const;
const addressOf = (locale: string) => `mail-${locale}@crane.example`;

(hasChromium ? describe : describe.skip)('codes by e-mail in a browser', () => {
  let mails: MailServer;
  let site: DemoSite;
  let browser: Browser;
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    mails = await startMailServer();
    const accounts = LOCALES.map((locale) => personToEnrol(addressOf(locale)));
    site = await startDemoSite({ accounts, env: { SMTP_URL: mails.url, EMAIL_CODES: 'on' } });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
    await mails.close();
  });

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

  /** Of the next mail that has one: others tell what was changed. */
  async function codeTo(address: string): Promise<string> {
    for (;;) {
      const code = /^\d{6}\s*$/m.exec(await mails.nextTo(address))?.[0].trim();
      if (code) return code;
    }
  }

  async function open(locale: 'en' | 'fr'): Promise<void> {
    const words = WORDS[locale];
    tab = await openTab(browser, { locale });
    page = tab.page;
    await page.goto(`${site.portal}/login`);
    await page.getByLabel(words.email, { exact: true }).fill(addressOf(locale));
    await press(words.next);
    await page.getByLabel(words.password, { exact: true }).fill(PASSWORD);
    await press(words.next);
  }

  async function close(): Promise<void> {
    const { complaints } = tab;
    await tab.close();
    expect(complaints).toEqual([]);
  }

  it.each(LOCALES)('G31 G20 H18 sets up codes by e-mail and logs in with one (%s)', async (locale) => {
    const words = WORDS[locale];
    await open(locale);
    await press(words.setUp);
    await page.getByRole('radio', { name: words.method }).check();
    await press(words.next);
    await heading(words.title);
    await page.getByText(addressOf(locale)).first().waitFor();
    await keepPicture(page, `story-email-setup-${locale}`);
    await page.getByLabel(words.setUpCode, { exact: true }).fill(await codeTo(addressOf(locale)));
    await press(words.next);
    await page.getByLabel(words.saved).check();
    await press(words.next);
    await page.waitForURL(`${site.portal}/`);
    await close();

    await open(locale);
    await heading(words.challenge);
    await page.getByRole('link', { name: words.other, exact: true }).click();
    await page.getByRole('link', { name: words.byEmail, exact: true }).click();
    const code = page.getByLabel(words.code, { exact: true });
    expect(await code.getAttribute('autocomplete')).toBe('one-time-code');
    await page.getByRole('button', { name: words.resend, exact: true }).waitFor();
    await code.fill(await codeTo(addressOf(locale)));
    await keepPicture(page, `story-email-code-${locale}`);
    await code.press('Enter');
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer');
    await close();
  });
});
