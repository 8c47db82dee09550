import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { type DemoSite, personToEnrol, startDemoSite } from '../support/demo-site.ts';
import { addAuthenticator, suggestNoPasskeys } from '../support/virtual-authenticator.ts';
import { PASSWORD } from '../support/world.ts';

const WORDS = {
  en: {
    email: 'Email',
    password: 'Password',
    next: 'Continue',
    setUp: 'Set Up Now',
    method: 'Passkey',
    title: 'Set Up a Passkey',
    create: 'Create Passkey',
    saved: 'I Have Securely Saved This Code',
    use: 'Use Passkey',
    signIn: 'Sign in with a passkey',
  },
  fr: {
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    next: 'Continuer',
    setUp: 'Configurer maintenant',
    method: 'Clé d’accès',
    title: 'Configurer une clé d’accès',
    create: 'Créer la clé d’accès',
    saved: 'J’ai enregistré ce code en lieu sûr',
    use: 'Utiliser la clé d’accès',
    signIn: 'Se connecter avec une clé d’accès',
  },
};

(hasChromium ? describe : describe.skip)('passkeys in a browser', () => {
  let site: DemoSite;
  let browser: Browser;
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    const accounts = ['en', 'fr'].map((locale) => personToEnrol(`passkey-${locale}@crane.example`));
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
  const arrive = () => page.waitForURL(`${site.portal}/`);
  const picture = async (name: string) => {
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await keepPicture(page, `story-${name}-${width}`);
    }
  };

  async function forget(): Promise<void> {
    await page.context().clearCookies();
    await page.goto(`${site.portal}/login`);
  }

  it.each([
    'en',
    'fr',
  ] as const)('P1 %s: set up, then by the suggestion, beside the password, and by the button alone', async (locale) => {
    const words = WORDS[locale];
    tab = await openTab(browser, { locale });
    page = tab.page;
    await addAuthenticator(page);
    const password = async () => {
      await page.getByLabel(words.email, { exact: true }).fill(`passkey-${locale}@crane.example`);
      await press(words.next);
      await page.getByLabel(words.password, { exact: true }).fill(PASSWORD);
      await press(words.next);
    };
    await page.goto(`${site.portal}/login`);
    await picture(`passkey-identify-${locale}`);
    await password();
    await press(words.setUp);
    await page.getByRole('radio', { name: words.method, exact: true }).check();
    await picture(`passkey-select-${locale}`);
    await press(words.next);
    await page.getByRole('heading', { name: words.title, exact: true }).waitFor();
    await picture(`passkey-setup-${locale}`);
    await press(words.create);
    await page.getByLabel(words.saved).check();
    await press(words.next);
    await arrive();

    // This authenticator takes the suggestion under the address field at once, as a person would by a touch.
    await forget();
    await arrive();

    await suggestNoPasskeys(page);
    await forget();
    await password();
    await page.getByRole('button', { name: words.use, exact: true }).waitFor();
    await picture(`passkey-challenge-${locale}`);
    await press(words.use);
    await arrive();

    await forget();
    await press(words.signIn);
    await arrive();
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer');
  });
});
