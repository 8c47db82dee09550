import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { type DemoSite, enrolledPerson, startDemoSite } from '../support/demo-site.ts';
import { PASSWORD, totpCode } from '../support/world.ts';

const languages = [
  {
    locale: 'en',
    begin: 'Log in',
    email: 'Email',
    continue: 'Continue',
    passwordTitle: 'Enter your password',
    password: 'Password',
    codeTitle: 'Verify Your Identity',
    code: 'Enter Your 6-digit Verification Code',
    other: 'Try another method',
    logOut: 'Log Out',
  },
  {
    locale: 'fr',
    begin: 'Se connecter en français',
    email: 'Adresse e-mail',
    continue: 'Continuer',
    passwordTitle: 'Entrez votre mot de passe',
    password: 'Mot de passe',
    codeTitle: 'Vérifier votre identité',
    code: 'Saisissez votre code d’accès à usage unique à 6 chiffres',
    other: 'Essayer une autre méthode',
    logOut: 'Se déconnecter',
  },
] as const;

(hasChromium ? describe : describe.skip)('logging in to the example app in a browser', () => {
  let site: DemoSite;
  let browser: Browser;
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    const accounts = ['en', 'fr', 'keys', 'plain'].map((name) => enrolledPerson(`${name}@bridges.example`));
    site = await startDemoSite({ accounts, idpApart: true });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
  });
  async function open(options?: Parameters<typeof openTab>[1]): Promise<void> {
    tab = await openTab(browser, options);
    page = tab.page;
    await page.goto(site.portal);
  }
  afterEach(async () => {
    const { complaints } = tab;
    await tab.close();
    expect(complaints).toEqual([]);
  });

  const title = () => page.locator('h1').textContent();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const fill = (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value);
  const arrive = () => page.waitForURL(`${site.portal}/`);

  describe.each(languages)('in $locale', (words) => {
    const { locale } = words;

    it('B2 B3 I5 takes password and authenticator app, ends in the app, and logs out again', async () => {
      await open();
      await page.getByRole('link', { name: words.begin }).click();
      await fill(words.email, `${locale}@bridges.example`);
      await press(words.continue);
      await page.getByRole('heading', { name: words.passwordTitle, exact: true }).waitFor();
      await keepPicture(page, `story-password-${locale}`);
      await fill(words.password, PASSWORD);
      await press(words.continue);
      await page.getByRole('heading', { name: words.codeTitle, exact: true }).waitFor();
      expect(await page.getByRole('link', { name: words.other }).count()).toBe(1);
      await fill(words.code, await totpCode(Date.now()));
      await press(words.continue);
      await arrive();
      expect(await page.locator('body').innerText()).toContain('Robin Enrolled, Bridges & Sons');
      expect(await claim('amr')).toEqual(['pwd', 'otp', 'mfa']);
      await page.getByRole('link', { name: 'Log out' }).click();
      await press(words.logOut);
      await arrive();
      await page.getByRole('link', { name: words.begin }).click();
      await page.getByLabel(words.email, { exact: true }).waitFor();
    });

    it('B6 E6 lets a person of an SSO domain in at the company, without a password here', async () => {
      await open();
      await page.getByRole('link', { name: words.begin }).click();
      await fill(words.email, 'sam@acme.example');
      await press(words.continue);
      await page.waitForURL(`${site.idp}/**`);
      expect(await page.getByLabel('Email').inputValue()).toBe('sam@acme.example');
      await press('Sign in');
      await arrive();
      expect(await page.locator('body').innerText()).toContain('Sam Acme, Acme Builders');
      expect(await claim('acr')).toBe('urn:gatehouse:acr:sso');
    });
  });

  it('B4 B13 can be done by keyboard alone, with the cursor where it is needed', async () => {
    await open();
    await tabTo('Log in');
    await page.keyboard.press('Enter');
    await typed('keys@bridges.example');
    await typed(PASSWORD);
    await page.getByLabel('Enter Your 6-digit Verification Code').waitFor();
    await tabTo('Try another method');
    expect(await outlineOfFocused()).toBe('solid');
    await page.keyboard.press('Enter');
    // The cursor is on the method used last.
    await page.getByRole('heading', { name: 'How Do You Want to Verify Your Identity' }).waitFor();
    await page.keyboard.press('Enter');
    await typed(await totpCode(Date.now()));
    await arrive();
    expect(await page.locator('body').innerText()).toContain('Robin Enrolled');
  });

  it('B13 works without script', async () => {
    await open({ javaScriptEnabled: false });
    await page.getByRole('link', { name: 'Log in' }).click();
    await fill('Email', 'plain@bridges.example');
    await press('Continue');
    await fill('Password', 'not the password');
    await press('Continue');
    expect(await page.getByRole('alert').innerText()).toContain('The email or password is incorrect.');
    await fill('Password', PASSWORD);
    await press('Continue');
    await fill('Enter Your 6-digit Verification Code', await totpCode(Date.now()));
    await press('Continue');
    await arrive();
    expect(await title()).toBe('Demo Portal');
    expect(await page.locator('body').innerText()).toContain('Robin Enrolled');
  });

  async function claim(name: string): Promise<unknown> {
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
    return JSON.parse(await row.getByRole('cell').innerText());
  }

  /** Into whatever has the cursor, then Enter. */
  async function typed(text: string): Promise<void> {
    await page.waitForFunction(`document.activeElement?.matches('input')`);
    await page.keyboard.type(text);
    const answered = page.waitForNavigation();
    await page.keyboard.press('Enter');
    await answered;
  }

  async function tabTo(name: string): Promise<void> {
    for (let presses = 0; presses < 15; presses++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.textContent.trim()')) === name) return;
    }
    throw new Error(`"${name}" is not reached by the Tab key`);
  }

  const outlineOfFocused = () => page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
});
