import { browserWorld } from '../support/browser-world.ts';
import { hasChromium, keepPicture } from '../support/chromium.ts';
import { enrolledPerson } from '../support/demo-site.ts';
import { labelsIn } from '../support/labels.ts';
import { linkIn } from '../support/mail-server.ts';
import { PASSWORD, TOTP_SECRET, totpCode } from '../support/world.ts';

const MINUTE = 60_000;

/** What the same story is called in both languages. */
const STORIES = [
  {
    locale: 'en',
    email: 'paula@bridges.example',
    menu: 'Account & Profile',
    request: 'Request New Code',
    send: 'Send Confirmation Mails',
  },
  {
    locale: 'fr',
    email: 'paul@bridges.example',
    menu: 'Compte et profil',
    request: 'Demander un nouveau code',
    send: 'Envoyer les messages de confirmation',
  },
] as const;

(hasChromium ? describe : describe.skip)('My Profile Settings in a browser', () => {
  const world = browserWorld({ accounts: STORIES.map(({ email }) => enrolledPerson(email)) });

  /** Of the mail with such a link, past those that tell of other changes. */
  async function linkTo(address: string): Promise<string> {
    for (;;) {
      const link = linkIn(await world.mails.nextTo(address));
      if (link.includes('/confirm-address?')) return link;
    }
  }

  it.each(STORIES)(
    'G26 K3 J7 changes the app, asks for a new recovery code and changes the address ($locale)',
    async (story) => {
      const labels = labelsIn(story.locale);
      const person = await world.visit({ locale: story.locale });
      const { page } = person;
      const code = page.locator('input[autocomplete="one-time-code"]');
      await page.goto(`${world.site.gatehouse.issuer}/profile`);
      await person.logIn(labels, story.email);
      await code.fill(await totpCode(Date.now(), TOTP_SECRET));
      await person.press(labels.next);

      expect(await page.locator('.menu > summary').innerText()).toContain(story.menu);
      await page.locator('.menu > summary').click();
      await page.locator('.menu a[href="/profile"]').click();
      await person.follow(labels.security);
      await person.follow(labels.changeApp);
      await person.fill(labels.current, PASSWORD);
      await person.press(labels.next);
      const secret = await person.secret(labels);
      await code.fill(await totpCode(Date.now(), secret));
      await person.press(labels.next);
      expect(await page.locator('#recovery-code').innerText()).toMatch(/^(\d{4}\s+){7}\d{4}$/);
      const save = page.getByRole('button', { name: labels.next, exact: true });
      expect(await save.isDisabled()).toBe(true);
      await page.locator('#saved').check();
      await save.click();

      await person.follow(story.request);
      await person.press(story.request);
      const first = await page.locator('#recovery-code').innerText();
      await keepPicture(page, `story-profile-recovery-code-${story.locale}`);
      expect(first).toMatch(/^(\d{4}\s+){7}\d{4}$/);
      await page.locator('#saved').check();
      await save.click();

      await page.locator('.tabs a[href="/profile"]').click();
      await person.follow(labels.changeEmail);
      const next = `new-${story.email}`;
      await person.fill(labels.newEmail, next);
      await person.press(story.send);
      await page.locator('.notice').first().waitFor();
      await keepPicture(page, `story-profile-address-${story.locale}`);
      for (const mailbox of [next, story.email]) {
        await page.goto(await linkTo(mailbox));
        await person.press(labels.confirmChange);
      }
      await person.heading(labels.emailChanged);
    },
    2 * MINUTE,
  );
});
