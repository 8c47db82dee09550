import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab } from '../support/chromium.ts';
import { type DemoSite, enrolledPerson, startDemoSite } from '../support/demo-site.ts';
import { linkIn, type MailServer, startMailServer } from '../support/mail-server.ts';
import { PASSWORD, TOTP_SECRET, totpCode } from '../support/world.ts';

const MINUTE = 60_000;

/** What the same story is called in both languages. */
const STORIES = [
  {
    locale: 'en',
    email: 'paula@bridges.example',
    password: 'Password',
    current: 'Enter your account’s current password',
    address: 'Email',
    go: 'Continue',
    menu: 'Account & Profile',
    tab: 'Password & Security',
    change: 'Change Authenticator App',
    request: 'Request New Code',
    changeEmail: 'Change email address',
    newEmail: 'New email address',
    send: 'Send Confirmation Mails',
    confirm: 'Confirm Change',
    changed: 'Your email address was changed',
  },
  {
    locale: 'fr',
    email: 'paul@bridges.example',
    password: 'Mot de passe',
    current: 'Saisissez le mot de passe actuel de votre compte',
    address: 'Adresse e-mail',
    go: 'Continuer',
    menu: 'Compte et profil',
    tab: 'Mot de passe et sécurité',
    change: 'Changer d’application d’authentification',
    request: 'Demander un nouveau code',
    changeEmail: 'Changer d’adresse e-mail',
    newEmail: 'Nouvelle adresse e-mail',
    send: 'Envoyer les messages de confirmation',
    confirm: 'Confirmer le changement',
    changed: 'Votre adresse e\u2011mail a été changée',
  },
] as const;

(hasChromium ? describe : describe.skip)('My Profile Settings in a browser', () => {
  let site: DemoSite;
  let mails: MailServer;
  let browser: Browser;
  beforeAll(async () => {
    mails = await startMailServer();
    const accounts = STORIES.map(({ email }) => enrolledPerson(email));
    site = await startDemoSite({ accounts, env: { SMTP_URL: mails.url } });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
    await mails.close();
  });

  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click();

  /** Of the mail with such a link, past those that tell of other changes. */
  async function linkTo(address: string): Promise<string> {
    for (;;) {
      const link = linkIn(await mails.nextTo(address));
      if (link.includes('/confirm-address?')) return link;
    }
  }

  it.each(STORIES)(
    'G26 K3 J7 changes the app, asks for a new recovery code and changes the address ($locale)',
    async (story) => {
      const { page, complaints, close } = await openTab(browser, { locale: story.locale });
      const code = page.locator('input[autocomplete="one-time-code"]');
      await page.goto(`${site.gatehouse.issuer}/profile`);
      await page.getByLabel(story.address, { exact: true }).fill(story.email);
      await press(page, story.go);
      await page.getByLabel(story.password, { exact: true }).fill(PASSWORD);
      await press(page, story.go);
      await code.fill(await totpCode(Date.now(), TOTP_SECRET));
      await press(page, story.go);

      expect(await page.locator('.menu > summary').innerText()).toContain(story.menu);
      await page.locator('.menu > summary').click();
      await page.locator('.menu a[href="/profile"]').click();
      await follow(page, story.tab);
      await follow(page, story.change);
      await page.getByLabel(story.current, { exact: true }).fill(PASSWORD);
      await press(page, story.go);
      await page.locator('summary:not(.menu > summary)').click();
      const secret = (await page.locator('code.secret').innerText()).replaceAll(/\s/g, '');
      await code.fill(await totpCode(Date.now(), secret));
      await press(page, story.go);
      expect(await page.locator('#recovery-code').innerText()).toMatch(/^(\d{4}\s+){7}\d{4}$/);
      const save = page.getByRole('button', { name: story.go, exact: true });
      expect(await save.isDisabled()).toBe(true);
      await page.locator('#saved').check();
      await save.click();

      await follow(page, story.request);
      await press(page, story.request);
      const first = await page.locator('#recovery-code').innerText();
      await keepPicture(page, `story-profile-recovery-code-${story.locale}`);
      expect(first).toMatch(/^(\d{4}\s+){7}\d{4}$/);
      await page.locator('#saved').check();
      await save.click();

      await page.locator('.tabs a[href="/profile"]').click();
      await follow(page, story.changeEmail);
      const next = `new-${story.email}`;
      await page.getByLabel(story.newEmail, { exact: true }).fill(next);
      await press(page, story.send);
      await page.locator('.notice').first().waitFor();
      await keepPicture(page, `story-profile-address-${story.locale}`);
      for (const mailbox of [next, story.email]) {
        await page.goto(await linkTo(mailbox));
        await press(page, story.confirm);
      }
      await page.getByRole('heading', { name: story.changed }).waitFor();
      expect(complaints).toEqual([]);
      await close();
    },
    2 * MINUTE,
  );
});
