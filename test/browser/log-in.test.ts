import type { Page } from 'playwright-core';
import { browserWorld } from '../support/browser-world.ts';
import { hasChromium, keepPicture } from '../support/chromium.ts';
import { enrolledPerson } from '../support/demo-site.ts';
import type { Hands } from '../support/hands.ts';
import { Keyboard } from '../support/keyboard.ts';
import { labelsIn } from '../support/labels.ts';
import { PASSWORD, totpCode } from '../support/world.ts';

const LANGUAGES = [
  { locale: 'en', begin: 'Log in', passwordTitle: 'Enter your password', logOut: 'Log Out' },
  {
    locale: 'fr',
    begin: 'Se connecter en français',
    passwordTitle: 'Entrez votre mot de passe',
    logOut: 'Se déconnecter',
  },
] as const;

(hasChromium ? describe : describe.skip)('logging in to the example app in a browser', () => {
  const world = browserWorld({
    accounts: ['en', 'fr', 'keys', 'plain'].map((name) => enrolledPerson(`${name}@bridges.example`)),
    idpApart: true,
  });

  async function open(options?: Parameters<typeof world.visit>[0]): Promise<Hands> {
    const person = await world.visit(options);
    await person.page.goto(world.site.portal);
    return person;
  }

  const arrive = (page: Page) => page.waitForURL(`${world.site.portal}/`);

  describe.each(LANGUAGES)('in $locale', (words) => {
    const { locale } = words;
    const labels = labelsIn(locale);

    it('B2 B3 I5 takes password and authenticator app, ends in the app, and logs out again', async () => {
      const person = await open();
      const { page } = person;
      await person.follow(words.begin);
      await person.fill(labels.email, `${locale}@bridges.example`);
      await person.press(labels.next);
      await person.heading(words.passwordTitle);
      await keepPicture(page, `story-password-${locale}`);
      await person.fill(labels.password, PASSWORD);
      await person.press(labels.next);
      await person.heading(labels.verify);
      expect(await page.getByRole('link', { name: labels.other }).count()).toBe(1);
      await person.fill(labels.code, await totpCode(Date.now()));
      await person.press(labels.next);
      await arrive(page);
      expect(await page.locator('body').innerText()).toContain('Robin Enrolled, Bridges & Sons');
      expect(await claim(page, 'amr')).toEqual(['pwd', 'otp', 'mfa']);
      await person.follow('Log out');
      await person.press(words.logOut);
      await arrive(page);
      await person.follow(words.begin);
      await page.getByLabel(labels.email, { exact: true }).waitFor();
    });

    it('B6 E6 lets a person of an SSO domain in at the company, without a password here', async () => {
      const person = await open();
      const { page } = person;
      await person.follow(words.begin);
      await person.fill(labels.email, 'sam@acme.example');
      await person.press(labels.next);
      await page.waitForURL(`${world.site.idp}/**`);
      expect(await page.getByLabel('Email').inputValue()).toBe('sam@acme.example');
      await person.press('Sign in');
      await arrive(page);
      expect(await page.locator('body').innerText()).toContain('Sam Acme, Acme Builders');
      expect(await claim(page, 'acr')).toBe('urn:gatehouse:acr:sso');
    });
  });

  it('B4 B13 can be done by keyboard alone, with the cursor where it is needed', async () => {
    const person = await open({ locale: 'en' });
    const { page } = person;
    const keys = new Keyboard(page);
    const labels = labelsIn('en');
    // The focus on the example app's own page is as its browser draws it.
    await page.getByRole('link', { name: 'Log in', exact: true }).press('Enter');
    await keys.answer('keys@bridges.example');
    await keys.answer(PASSWORD);
    await page.getByLabel(labels.code).waitFor();
    await keys.take(labels.other);
    // The cursor is on the method used last.
    await person.heading('How Do You Want to Verify Your Identity');
    await keys.enter();
    await keys.answer(await totpCode(Date.now()));
    await arrive(page);
    expect(await page.locator('body').innerText()).toContain('Robin Enrolled');
  });

  it('B13 works without script', async () => {
    const person = await open({ javaScriptEnabled: false });
    const { page } = person;
    const labels = labelsIn('en');
    await person.follow('Log in');
    await person.logIn(labels, 'plain@bridges.example', 'not the password');
    expect(await page.getByRole('alert').innerText()).toContain(labels.refused);
    await person.fill(labels.password, PASSWORD);
    await person.press(labels.next);
    await person.fill(labels.code, await totpCode(Date.now()));
    await person.press(labels.next);
    await arrive(page);
    expect(await page.locator('h1').textContent()).toBe('Demo Portal');
    expect(await page.locator('body').innerText()).toContain('Robin Enrolled');
  });

  async function claim(page: Page, name: string): Promise<unknown> {
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
    return JSON.parse(await row.getByRole('cell').innerText());
  }
});
