import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from '../support/left-out.js';
import { previewNames, startPreview } from '../support/preview-server.ts';

// The page that moves on by itself would leave before it could be looked at.
const pages = previewNames.filter((name) => !name.startsWith('messages/') && name !== 'interactions/leave');
const looks = [
  { lang: 'en', width: 1280, colorScheme: 'light' },
  { lang: 'fr', width: 320, colorScheme: 'dark' },
] as const;

const withChromium = existsSync(CHROMIUM) ? describe : describe.skip;

withChromium('pages in a browser', () => {
  let browser: Browser;
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    ({ origin, server } = await startPreview());
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  describe.each(looks)('$lang, $width px, $colorScheme', ({ lang, width, colorScheme }) => {
    let page: Page;
    const complaints: string[] = [];
    beforeAll(async () => {
      page = await browser.newPage({
        viewport: { width, height: 720 },
        colorScheme,
        reducedMotion: 'reduce',
      });
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
    });
    afterAll(() => page.close());

    it.each(pages)('B13 %s is accessible, fits and keeps to the content security policy', async (name) => {
      await page.goto(`${origin}/${name}?lang=${lang}`);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate('axe.run()').then((result) => result as axe.AxeResults);
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
        [],
      );
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(complaints.splice(0)).toEqual([]);
    });
  });

  describe('comforts', () => {
    let page: Page;
    beforeEach(async () => {
      page = await browser.newPage();
    });
    afterEach(() => page.close());

    it('A10 marks the circles while the password is typed', async () => {
      await page.goto(`${origin}/self-service/reset-password`);
      const met = () =>
        page
          .locator('[data-rule][data-state=met]')
          .evaluateAll((items) => items.map((item) => item.getAttribute('data-rule')));
      await page.getByLabel('Password', { exact: true }).pressSequentially('Abcdefg1');
      expect(await met()).toEqual(['length', 'upper', 'lower', 'number']);
      await page.getByLabel('Password', { exact: true }).pressSequentially('£');
      expect(await met()).toEqual(['length', 'upper', 'lower', 'number', 'special']);
      expect(await page.locator('[data-rule=special]').textContent()).toContain('(met)');
    });

    it('P2 shows and hides a password without sending it as text', async () => {
      await page.goto(`${origin}/interactions/password?lang=fr`);
      await page.getByRole('button', { name: 'Afficher' }).click();
      expect(await page.getByLabel('Mot de passe').getAttribute('type')).toBe('text');
      await page.getByRole('button', { name: 'Masquer' }).click();
      expect(await page.getByLabel('Mot de passe').getAttribute('type')).toBe('password');
    });

    it('B9 tells that Caps Lock is on', async () => {
      await page.goto(`${origin}/interactions/password`);
      const press = (modifierCapsLock: boolean) =>
        page.evaluate(
          `document.getElementById('password').dispatchEvent(new KeyboardEvent('keydown', { modifierCapsLock: ${modifierCapsLock} }))`,
        );
      await press(true);
      expect(await page.locator('#password-caps').textContent()).toContain('Caps Lock is on.');
      await press(false);
      expect(await page.locator('#password-caps').textContent()).toBe('');
    });

    it('G21 G22 copies the recovery code and lets people go on once they have saved it', async () => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.goto(`${origin}/interactions/save-recovery-code`);
      const next = page.getByRole('button', { name: 'Continue' });
      expect(await next.isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
        '4821 0937 5516 2048 7731 6094 1825 3360',
      );
      await page.getByLabel('I Have Securely Saved This Code').check();
      expect(await next.isEnabled()).toBe(true);
    });

    it('puts the cursor into the first wrong field', async () => {
      await page.goto(`${origin}/self-service/forgot-password`);
      expect(await page.evaluate('document.activeElement.id')).toBe('email');
    });

    it('leaves every button enabled and no dead control without script', async () => {
      const plain = await browser.newPage({ javaScriptEnabled: false });
      await plain.goto(`${origin}/interactions/save-recovery-code`);
      expect(await plain.getByRole('button').allTextContents()).toEqual(['Download', 'Continue']);
      expect(await plain.getByRole('button', { name: 'Continue' }).isEnabled()).toBe(true);
      await plain.close();
    });
  });
});
