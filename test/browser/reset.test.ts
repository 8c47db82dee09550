import type { Browser } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab } from '../support/chromium.ts';
import { type DemoSite, enrolledPerson, startDemoSite } from '../support/demo-site.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { totpCode } from '../support/world.ts';

const NEW_PASSWORD = 'Battery-Staple-8';

/** The labels of the journey, as a person of that language reads them. */
const LANGUAGES = [
  {
    locale: 'en',
    email: 'Email',
    next: 'Continue',
    forgot: 'Forgot your password?',
    submit: 'Submit',
    sent: 'Check your email',
    password: 'Password',
    confirm: 'Confirm',
    met: '(met)',
    reset: 'Reset Password',
    logIn: 'Log in',
    code: 'Enter Your 6-digit Verification Code',
    changed: 'You were logged out everywhere.',
  },
  {
    locale: 'fr',
    email: 'Adresse e-mail',
    next: 'Continuer',
    forgot: 'Mot de passe oublié\u00a0?',
    submit: 'Envoyer',
    sent: 'Consultez votre messagerie',
    password: 'Mot de passe',
    confirm: 'Confirmer',
    met: '(respecté)',
    reset: 'Réinitialiser le mot de passe',
    logIn: 'Se connecter',
    code: 'Saisissez votre code d’accès à usage unique à 6 chiffres',
    changed: 'Vous avez été déconnecté partout.',
  },
] as const;
const addressOf = (locale: string) => `rosa-${locale}@bridges.example`;

(hasChromium ? describe : describe.skip)('resetting a password in a browser', () => {
  let site: DemoSite;
  let mails: MailServer;
  let browser: Browser;
  beforeAll(async () => {
    mails = await startMailServer();
    const accounts = LANGUAGES.map(({ locale }) => ({ ...enrolledPerson(addressOf(locale)), locale }));
    site = await startDemoSite({ accounts, env: { SMTP_URL: mails.url } });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
    await mails.close();
  });

  it.each(
    LANGUAGES,
  )('D1 D3 A10 $locale: mails a link within a minute, marks the circles while typing, and lets the new password in', async (words) => {
    const { locale } = words;
    const email = addressOf(locale);
    const { page, complaints, close } = await openTab(browser, { locale });
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    const fill = (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value);
    await page.goto(`${site.portal}/login`);
    await fill(words.email, email);
    // From the first step, what is typed there goes along as well.
    await page.getByRole('link', { name: words.forgot }).click();
    await page.waitForURL(/forgot-password/);
    expect(await page.getByLabel(words.email, { exact: true }).inputValue()).toBe(email);
    await page.goBack();
    await fill(words.email, email);
    await press(words.next);
    await page.getByRole('link', { name: words.forgot }).click();
    await page.waitForURL(/forgot-password/);
    expect(await page.getByLabel(words.email, { exact: true }).inputValue()).toBe(email);
    const asked = Date.now();
    await press(words.submit);
    await page.getByRole('heading', { name: words.sent }).waitFor();

    const mail = await mails.nextTo(email);
    expect(Date.now() - asked).toBeLessThan(60_000);
    const [link] = /^http:\/\/localhost\S+$/m.exec(mail) ?? [];
    await page.goto(link ?? '');
    // The token has left the address bar.
    expect(page.url()).toBe(`${site.gatehouse.issuer}/reset-password`);
    expect(await page.locator('.identity').innerText()).toBe(email);

    const met = () =>
      page
        .locator('[data-rule][data-state=met]')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-rule')));
    const password = page.getByLabel(words.password, { exact: true });
    expect(await met()).toEqual([]);
    await password.pressSequentially('Abcdefg1');
    expect(await met()).toEqual(['length', 'upper', 'lower', 'number']);
    await password.pressSequentially('£');
    expect(await met()).toEqual(['length', 'upper', 'lower', 'number', 'special']);
    expect(await page.locator('[data-rule=special]').innerText()).toContain(words.met);
    await password.fill('abc');
    expect(await met()).toEqual(['lower']);
    await keepPicture(page, `story-reset-circles-${locale}`);

    await fill(words.password, NEW_PASSWORD);
    await fill(words.confirm, NEW_PASSWORD);
    await press(words.reset);
    await page.getByRole('link', { name: words.logIn, exact: true }).click();
    // The log-in that was under way goes on, with the address typed there.
    await fill(words.password, NEW_PASSWORD);
    await press(words.next);
    await fill(words.code, await totpCode(Date.now()));
    await press(words.next);
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Robin Enrolled');
    expect(await mails.nextTo(email)).toContain(words.changed);
    expect(complaints).toEqual([]);
    await close();
  });
});
