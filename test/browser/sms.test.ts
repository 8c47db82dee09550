import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { type DemoSite, personToEnrol, startDemoSite } from '../support/demo-site.ts';
import { type SmsGateway, startSmsGateway } from '../support/sms-gateway.ts';
import { PASSWORD } from '../support/world.ts';

const WORDS = {
  en: {
    email: 'Email',
    password: 'Password',
    next: 'Continue',
    setUp: 'Set Up Now',
    method: 'SMS Verification',
    title: 'Set Up SMS Verification',
    country: 'Select Your Country Code',
    number: 'Enter Your Phone Number',
    send: 'Send Text Message',
    setUpCode: 'Enter the 6-Digit Verification Code',
    saved: 'I Have Securely Saved This Code',
    challenge: 'Verify Your Identity',
    code: 'Enter Your 6-digit Verification Code',
    resend: 'Resend New Code',
  },
  fr: {
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    next: 'Continuer',
    setUp: 'Configurer maintenant',
    method: 'Vérification par SMS',
    title: 'Configurer la vérification par SMS',
    country: 'Sélectionnez l’indicatif de votre pays',
    number: 'Saisissez votre numéro de téléphone',
    send: 'Envoyer le SMS',
    setUpCode: 'Saisissez le code de vérification à 6 chiffres',
    saved: 'J’ai enregistré ce code en lieu sûr',
    challenge: 'Vérifier votre identité',
    code: 'Saisissez votre code d’accès à usage unique à 6 chiffres',
    resend: 'Renvoyer un nouveau code',
  },
};

const PEOPLE = [
  { locale: 'en', country: 'US', typed: '(202) 555-0143', number: '+12025550143' },
  { locale: 'fr', country: 'FR', typed: '06 12 34 56 78', number: '+33612345678' },
] as const;

(hasChromium ? describe : describe.skip)('codes by text message in a browser', () => {
  let gateway: SmsGateway;
  let site: DemoSite;
  let browser: Browser;
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    gateway = await startSmsGateway();
    const accounts = PEOPLE.map(({ locale }) => personToEnrol(`sms-${locale}@crane.example`));
    site = await startDemoSite({ accounts, env: gateway.env.webhook });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
    await gateway.close();
  });

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
  const codeTo = async (number: string) => /\d{6}/.exec(await gateway.nextTo(number))?.[0] ?? '';

  async function open(locale: 'en' | 'fr'): Promise<void> {
    const words = WORDS[locale];
    tab = await openTab(browser, { locale });
    page = tab.page;
    await page.goto(`${site.portal}/login`);
    await page.getByLabel(words.email, { exact: true }).fill(`sms-${locale}@crane.example`);
    await press(words.next);
    await page.getByLabel(words.password, { exact: true }).fill(PASSWORD);
    await press(words.next);
  }

  async function close(): Promise<void> {
    const { complaints } = tab;
    await tab.close();
    expect(complaints).toEqual([]);
  }

  it.each(PEOPLE)('G19 G20 I3 sets up a number and logs in with it ($locale)', async (one) => {
    const words = WORDS[one.locale];
    await open(one.locale);
    await press(words.setUp);
    await page.getByRole('radio', { name: words.method }).check();
    await press(words.next);
    await heading(words.title);
    await page.getByLabel(words.country, { exact: true }).selectOption(one.country);
    await page.getByLabel(words.number, { exact: true }).fill(one.typed);
    await keepPicture(page, `story-sms-setup-${one.locale}`);
    await press(words.send);
    await page.getByLabel(words.setUpCode, { exact: true }).fill(await codeTo(one.number));
    await keepPicture(page, `story-sms-setup-code-${one.locale}`);
    await press(words.next);
    await page.getByLabel(words.saved).check();
    await press(words.next);
    await page.waitForURL(`${site.portal}/`);
    await close();
    // Each message carried the signature of the operator's secret.
    expect(gateway.refused).toBe(0);

    await open(one.locale);
    await heading(words.challenge);
    const code = page.getByLabel(words.code, { exact: true });
    expect(await code.getAttribute('autocomplete')).toBe('one-time-code');
    await page.getByRole('button', { name: words.resend, exact: true }).waitFor();
    await code.fill(await codeTo(one.number));
    await keepPicture(page, `story-sms-code-${one.locale}`);
    await code.press('Enter');
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer');
    await close();
  });
});
