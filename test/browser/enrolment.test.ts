import { readFileSync } from 'node:fs';
import { browserWorld } from '../support/browser-world.ts';
import { hasChromium, keepPicture } from '../support/chromium.ts';
import { personToEnrol } from '../support/demo-site.ts';
import type { Hands } from '../support/hands.ts';
import { type Labels, labelsIn } from '../support/labels.ts';
import { totpCode } from '../support/world.ts';

const WORDS = {
  en: {
    required: 'Two-Factor Authentication Required',
    copy: 'Copy',
    copied: 'Copied',
    download: 'Download',
  },
  fr: {
    required: 'Authentification multifacteur requise',
    copy: 'Copier',
    copied: 'Copié',
    download: 'Télécharger',
  },
};

(hasChromium ? describe : describe.skip)('setting up an authenticator app in a browser', () => {
  const world = browserWorld({
    accounts: ['en', 'fr', 'plain'].map((name) => personToEnrol(`${name}@crane.example`)),
  });

  /** As far as the page with the QR code. */
  async function beginEnrolment(person: Hands, email: string, labels: Labels, title: string): Promise<void> {
    await person.page.goto(`${world.site.portal}/login`);
    await person.logIn(labels, email);
    await person.heading(title);
    await person.press(labels.setUp);
    await person.choose(labels.app);
    await person.press(labels.next);
    await person.heading(labels.secure);
  }

  async function saveApp(person: Hands, labels: Labels): Promise<void> {
    const secret = await person.secret(labels);
    await person.fill(labels.setUpCode, await totpCode(Date.now(), secret));
    await person.press(labels.next);
    await person.heading(labels.save);
  }

  it.each([
    'en',
    'fr',
  ] as const)('G15 G17 G21 %s: shows the QR code and the key, copies and downloads the recovery code', async (locale) => {
    const words = WORDS[locale];
    const labels = labelsIn(locale);
    const permissions = ['clipboard-read', 'clipboard-write'];
    const person = await world.visit({ locale, permissions });
    const { page } = person;
    await beginEnrolment(person, `${locale}@crane.example`, labels, words.required);
    const code = page.getByRole('img', { name: /QR/ });
    expect(await code.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBeGreaterThan(100);
    expect(await code.getAttribute('src')).toMatch(/^data:image\//);
    await keepPicture(page, `story-enrolment-qr-${locale}`);
    await saveApp(person, labels);

    const shown = (await page.locator('#recovery-code').innerText()).replace(/\s+/g, ' ').trim();
    expect(shown).toMatch(/^(\d{4} ){7}\d{4}$/);
    await person.press(words.copy);
    await page.getByRole('button', { name: words.copied }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(shown);

    const [download] = await Promise.all([page.waitForEvent('download'), person.press(words.download)]);
    expect(download.suggestedFilename()).toMatch(/\.txt$/);
    expect(readFileSync(await download.path(), 'utf8')).toContain(shown);

    const next = page.getByRole('button', { name: labels.next });
    expect(await next.isDisabled()).toBe(true);
    await page.getByLabel(labels.saved).check();
    expect(await next.isEnabled()).toBe(true);
    await next.click();
    await page.waitForURL(`${world.site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer, Crane Works');
  });

  it('G22 G24 needs the tick without script too, then goes on to the app', async () => {
    const labels = labelsIn('en');
    const person = await world.visit({ javaScriptEnabled: false });
    const { page } = person;
    await beginEnrolment(person, 'plain@crane.example', labels, WORDS.en.required);
    await saveApp(person, labels);
    await person.press(labels.next);
    await person.heading(labels.save);
    expect(await page.getByLabel(labels.saved).getAttribute('aria-invalid')).toBe('true');
    await person.keepRecoveryCode(labels);
    await page.waitForURL(`${world.site.portal}/`);
    expect(await page.locator('body').innerText()).toContain('Kim Newcomer');
  });
});
