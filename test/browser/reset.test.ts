import { browserWorld } from '../support/browser-world.ts';
import { hasChromium, keepPicture } from '../support/chromium.ts';
import { enrolledPerson } from '../support/demo-site.ts';
import { labelsIn } from '../support/labels.ts';
import { linkIn } from '../support/mail-server.ts';
import { totpCode } from '../support/world.ts';

const NEW_PASSWORD = 'Battery-Staple-8';

/** The labels of the journey, as a person of that language reads them. */
const LANGUAGES = [
  {
    locale: 'en',
    forgot: 'Forgot your password?',
    met: '(met)',
    changed: 'You were logged out everywhere.',
  },
  {
    locale: 'fr',
    forgot: 'Mot de passe oublié\u00a0?',
    met: '(respecté)',
    changed: 'Vous avez été déconnecté partout.',
  },
] as const;
const addressOf = (locale: string) => `rosa-${locale}@bridges.example`;

(hasChromium ? describe : describe.skip)('resetting a password in a browser', () => {
  const accounts = LANGUAGES.map(({ locale }) => ({ ...enrolledPerson(addressOf(locale)), locale }));
  const world = browserWorld({ accounts });

  it.each(
    LANGUAGES,
  )('D1 D3 A10 $locale: mails a link within a minute, marks the circles while typing, and lets the new password in', async (words) => {
    const { locale } = words;
    const email = addressOf(locale);
    const labels = labelsIn(locale);
    const { site, mails } = world;
    const person = await world.visit({ locale });
    const { page } = person;
    await page.goto(`${site.portal}/login`);
    await person.fill(labels.email, email);
    // From the first step, what is typed there goes along as well.
    await person.follow(words.forgot);
    await page.waitForURL(/forgot-password/);
    expect(await page.getByLabel(labels.email, { exact: true }).inputValue()).toBe(email);
    await page.goBack();
    await person.fill(labels.email, email);
    await person.press(labels.next);
    await person.follow(words.forgot);
    await page.waitForURL(/forgot-password/);
    expect(await page.getByLabel(labels.email, { exact: true }).inputValue()).toBe(email);
    const asked = Date.now();
    await person.press(labels.submit);
    await person.heading(labels.sent);

    const mail = await mails.nextTo(email);
    expect(Date.now() - asked).toBeLessThan(60_000);
    await page.goto(linkIn(mail));
    // The token has left the address bar.
    expect(page.url()).toBe(`${site.gatehouse.issuer}/reset-password`);
    expect(await page.locator('.identity').innerText()).toBe(email);

    const met = () =>
      page
        .locator('[data-rule][data-state=met]')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-rule')));
    const password = page.getByLabel(labels.password, { exact: true });
    expect(await met()).toEqual([]);
    await password.pressSequentially('Abcdefg1');
    expect(await met()).toEqual(['length', 'upper', 'lower', 'number']);
    await password.pressSequentially('£');
    expect(await met()).toEqual(['length', 'upper', 'lower', 'number', 'special']);
    expect(await page.locator('[data-rule=special]').innerText()).toContain(words.met);
    await password.fill('abc');
    expect(await met()).toEqual(['lower']);
    await keepPicture(page, `story-reset-circles-${locale}`);

    await person.fill(labels.password, NEW_PASSWORD);
    await person.fill(labels.confirm, NEW_PASSWORD);
    await person.press(labels.reset);
    await person.follow(labels.logIn);
    // The log-in that was under way goes on, with the address typed there.
    await person.fill(labels.password, NEW_PASSWORD);
    await person.press(labels.next);
    await person.fill(labels.code, await totpCode(Date.now()));
    await person.press(labels.next);
    await page.waitForURL(`${site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Robin Enrolled');
    expect(await mails.nextTo(email)).toContain(words.changed);
  });
});
