import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { pageNames, startPreview } from '../support/preview-server.ts';
import type { WebServer } from '../support/web-server.ts';

// The page that moves on by itself would leave before it could be looked at.
const pages = pageNames.filter((name) => name !== 'interactions/leave');
const looks = [
  { locale: 'en', width: 1280, colorScheme: 'light' },
  { locale: 'fr', width: 320, colorScheme: 'dark' },
  { locale: 'en', width: 320, colorScheme: 'light' },
  { locale: 'fr', width: 1280, colorScheme: 'dark' },
] as const;

(hasChromium ? describe : describe.skip)('every page in a browser', () => {
  let browser: Browser;
  let server: WebServer;
  beforeAll(async () => {
    server = await startPreview();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  describe.each(looks)('$locale, $width px, $colorScheme', ({ locale, width, colorScheme }) => {
    let tab: Tab;
    beforeAll(async () => {
      tab = await openTab(browser, { locale, colorScheme, viewport: { width, height: 720 } });
    });
    afterAll(() => tab.close());

    it.each(pages)('B13 %s is accessible, fits and keeps to the content security policy', async (name) => {
      const { page, complaints } = tab;
      await page.goto(`${server.url}/${name}`);
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      expect(await page.locator('h1').count()).toBe(1);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate('axe.run()').then((result) => result as axe.AxeResults);
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
        [],
      );
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await keepPicture(page, `${name}-${locale}-${width}-${colorScheme}`);
      expect(complaints.splice(0)).toEqual([]);
    });
  });
});
