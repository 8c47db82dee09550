import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab } from '../support/chromium.ts';
import { startPreview } from '../support/preview-server.ts';
import type { WebServer } from '../support/web-server.ts';

const NOTICES = {
  en: 'This browser is not supported, so pages may look plain. They still work; for the best experience use the latest Chrome, Firefox, Safari or Edge.',
  fr: 'Ce navigateur n’est pas pris en charge\u00a0: l’affichage peut être simplifié, mais les pages fonctionnent. Pour une meilleure expérience, utilisez la dernière version de Chrome, Firefox, Safari ou Edge.',
};
const PAGES = ['interactions/identify', 'interactions/choose-method', 'self-service/profile-security'];

(hasChromium ? describe : describe.skip)('the notice for a browser that is too old', () => {
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

  it.each([
    'en',
    'fr',
  ] as const)('B13 B14 stands on each page, accessible and within 320 pixels, for such a one alone (%s)', async (locale) => {
    const { page, complaints, close } = await openTab(browser, {
      locale,
      viewport: { width: 320, height: 720 },
    });
    await page.addInitScript(axe.source);
    const notice = page.locator('aside.unsupported');
    for (const name of PAGES) {
      await page.goto(`${server.url}/${name}`);
      expect([name, await notice.isVisible()]).toEqual([name, false]);
    }
    // As for a browser that knows neither :has() nor scripts as modules.
    await page.route('**/gatehouse.css', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replaceAll(':has(', ':not-known-yet(');
      await route.fulfill({ response, body });
    });
    await page.route('**/gatehouse.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: '' }),
    );
    for (const name of PAGES) {
      await page.goto(`${server.url}/${name}`);
      expect([name, await notice.innerText()]).toEqual([name, NOTICES[locale]]);
      await keepPicture(page, `old-browser-${name}-${locale}`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      const { violations } = (await page.evaluate('axe.run({ preload: false })')) as axe.AxeResults;
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
    await page.goto(`${server.url}/interactions/choose-method`);
    await page.getByRole('main').getByRole('link').first().focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    expect(complaints).toEqual([]);
    await close();
  });
});
