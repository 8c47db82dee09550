import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { type DemoSite, personToEnrol, startDemoSite } from '../support/demo-site.ts';
import { PASSWORD, totpCode } from '../support/world.ts';

const WORDS = {
  en: {
    email: 'Email',
    password: 'Password',
    next: 'Continue',
    required: 'Two-Factor Authentication Required',
    setUp: 'Set Up Now',
    app: 'Authenticator App',
    secure: 'Secure your Account',
    trouble: 'Trouble Scanning',
    code: 'Enter the 6-Digit Verification Code',
    save: 'Save Your Recovery Code',
    copy: 'Copy',
    copied: 'Copied',
    download: 'Download',
    saved: 'I Have Securely Saved This Code',
  },
  fr: {
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    next: 'Continuer',
    required: 'Authentification multifacteur requise',
    setUp: 'Configurer maintenant',
    app: 'Application d’authentification',
    secure: 'Sécuriser votre compte',
    trouble: 'Problème de numérisation',
    code: 'Saisissez le code de vérification à 6 chiffres',
    save: 'Enregistrer votre code de récupération',
    copy: 'Copier',
    copied: 'Copié',
    download: 'Télécharger',
    saved: 'J’ai enregistré ce code en lieu sûr',
  },
};

type Words = (typeof WORDS)['en'];

(hasChromium ? describe : describe.skip)('setting up an authenticator app in a browser', () => {
  let site: DemoSite;
  let browser: Browser;
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    const accounts = ['en', 'fr', 'plain'].map((name) => personToEnrol(`${name}@crane.example`));
    site = await startDemoSite({ accounts });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
  });
  afterEach(async () => {
    const { complaints } = tab;
    await tab.close();
    expect(complaints).toEqual([]);
  });

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

  /** As far as the page with the QR code. */
  async function beginEnrolment(
    email: string,
    words: Words,
    options: Parameters<typeof openTab>[1],
  ): Promise<void> {
    tab = await openTab(browser, options);
    page = tab.page;
    await page.goto(`${site.portal}/login`);
    await page.getByLabel(words.email, { exact: true }).fill(email);
    await press(words.next);
    await page.getByLabel(words.password, { exact: true }).fill(PASSWORD);
    await press(words.next);
    await heading(words.required);
    await press(words.setUp);
    await page.getByRole('radio', { name: words.app }).check();
    await press(words.next);
    await heading(words.secure);
  }

  async function secretOfPage(words: Words): Promise<string> {
    await page.getByText(words.trouble).click();
    return (await page.locator('.secret').innerText()).replaceAll(' ', '');
  }

  async function saveApp(secret: string, words: Words): Promise<void> {
    await page.getByLabel(words.code).fill(await totpCode(Date.now(), secret));
    await press(words.next);
    await heading(words.save);
  }

  it.each([
    'en',
    'fr',
  ] as const)('G15 G17 G21 %s: shows the QR code and the key, copies and downloads the recovery code', async (locale) => {
    const words = WORDS[locale];
    await beginEnrolment(`${locale}@crane.example`, words, {
      locale,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const code = page.getByRole('img', { name: /QR/ });
    expect(await code.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBeGreaterThan(100);
    expect(await code.getAttribute('src')).toMatch(/^data:image\//);
    await keepPicture(page, `story-enrolment-qr-${locale}`);
    await saveApp(await secretOfPage(words), words);

    const shown = (await page.locator('#recovery-code').innerText()).replace(/\s+/g, ' ').trim();
    expect(shown).toMatch(/^(\d{4} ){7}\d{4}$/);
    await press(words.copy);
    await page.getByRole('button', { name: words.copied }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(shown);

    const [download] = await Promise.all([page.waitForEvent('download'), press(words.download)]);
    expect(download.suggestedFilename()).toMatch(/\.txt$/);
    expect(readFileSync(await download.path(), 'utf8')).toContain(shown);

    const next = page.getByRole('button', { name: words.next });
    expect(await next.isDisabled()).toBe(true);
    await page.getByLabel(words.saved).check();
    expect(await next.isEnabled()).toBe(true);
    await next.click();
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer, Crane Works');
  });

  it('G22 G24 needs the tick without script too, then goes on to the app', async () => {
    await beginEnrolment('plain@crane.example', WORDS.en, { javaScriptEnabled: false });
    await saveApp(await secretOfPage(WORDS.en), WORDS.en);
    await press('Continue');
    await heading('Save Your Recovery Code');
    expect(await page.getByLabel('I Have Securely Saved This Code').getAttribute('aria-invalid')).toBe(
      'true',
    );
    await page.getByLabel('I Have Securely Saved This Code').check();
    await press('Continue');
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer');
  });
});
