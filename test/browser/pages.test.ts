import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab, type Tab } from '../support/chromium.ts';
import { pageStates, startPreview } from '../support/preview-server.ts';
import type { WebServer } from '../support/web-server.ts';

const HEIGHT = 720;
/** Pixels: a small phone, 1280 at a zoom of 200 %, and a desk. */
const WIDTHS = [1280, 640, 320] as const;
/** Where axe looks as well. */
const CHECKED: readonly number[] = [1280, 320];
const looks = [
  { locale: 'en', colorScheme: 'light' },
  { locale: 'fr', colorScheme: 'dark' },
] as const;

const REPORT = join(import.meta.dirname, '../../artifacts/accessibility.txt');

(hasChromium ? describe : describe.skip)('every page in every state in a browser', () => {
  let browser: Browser;
  let server: WebServer;
  const report: string[] = [];
  beforeAll(async () => {
    server = await startPreview();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    mkdirSync(join(REPORT, '..'), { recursive: true });
    writeFileSync(REPORT, `${report.join('\n')}\n`);
  });

  describe.each(looks)('$locale, $colorScheme', ({ locale, colorScheme }) => {
    let tab: Tab;
    beforeAll(async () => {
      tab = await openTab(browser, { locale, colorScheme });
      await stayOnPages(tab.page);
    });
    afterAll(() => tab.close());

    it.each(pageStates)('B13 $name is accessible, fits, shows the focus and moves nothing', async ({
      name,
      path,
      bilingual,
    }) => {
      const { page, complaints } = tab;
      await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
      await page.goto(`${server.url}${path}`);
      expect(await page.locator('html').getAttribute('lang')).toBe(bilingual ? 'en' : locale);
      expect(await page.locator('h1').count()).toBe(1);
      await page.keyboard.press('Tab');
      expect(await page.evaluate(UNSEEN_FOCUS)).toEqual([]);
      expect(await page.evaluate('document.getAnimations().length')).toBe(0);

      await page.evaluate(axe.source);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHT });
        expect([width, await page.evaluate(CUT_OFF)]).toEqual([width, []]);
        if (!CHECKED.includes(width)) continue;
        await keepPicture(page, `${name}-${locale}-${width}-${colorScheme}`);
        await page.evaluate(PLAIN_PAGE);
        const { violations, passes, incomplete } = (await page.evaluate(AXE_RUN)) as axe.AxeResults;
        report.push(
          [name, locale, colorScheme, width, passes.length, violations.length, incomplete.length].join('\t'),
        );
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
        ).toEqual([]);
        expect(incomplete.map(({ id }) => id)).toEqual([]);
      }
      expect(complaints.splice(0)).toEqual([]);
    });
  });

  it('B13 the page that moves on turns a circle, unless one asks for calm', async () => {
    const leave = pageStates.find(({ name }) => name === 'interactions/leave');
    const { page, close } = await openTab(browser, { reducedMotion: 'no-preference' });
    await stayOnPages(page);
    await page.goto(`${server.url}${leave?.path}`);
    expect(await page.evaluate('document.getAnimations().length')).toBe(1);
    await close();
  });
});

/** The page that moves on by itself would leave before it could be looked at. */
async function stayOnPages(page: Page): Promise<void> {
  await page.route('**/states/*', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/<meta http-equiv="refresh"[^>]*>/, '');
    await route.fulfill({ response, body });
  });
}

/** Without style sheets parsed a second time, which only a rule about turned screens would read. */
const AXE_RUN = `axe.run({ preload: false, resultTypes: ['violations'] })`;

/** Axe measures no contrast on pictures: no arrows, and instead of the gradient its tinted end, where text is harder to read. */
const PLAIN_PAGE = `
  if (getComputedStyle(document.body).getPropertyValue('--brand-tint'))
    document.body.style.background = 'var(--brand-tint)';
  for (const select of document.querySelectorAll('select')) select.style.backgroundImage = 'none';
`;

/** What the keyboard reaches without an outline on it or around its row. */
const UNSEEN_FOCUS = `(() => {
  const reached = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter(
    (element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true }),
  );
  const seen = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  };
  return reached
    .filter((element) => {
      element.focus();
      return document.activeElement !== element || !(seen(element) || (element.closest('.choice') && seen(element.closest('.choice'))));
    })
    .map((element) => element.outerHTML.slice(0, 120));
})()`;

/** What sticks out of the window, or has more text than room. */
const CUT_OFF = `[...document.querySelectorAll('html, body *')]
  .filter((element) => {
    if (!element.checkVisibility() || element.closest('.off-screen, .skip, svg, select')) return false;
    const { left, right } = element.getBoundingClientRect();
    const clipped = getComputedStyle(element).overflowX !== 'visible' && element.type === undefined;
    return right > innerWidth + 1 || left < -1 || (clipped && element.scrollWidth > element.clientWidth + 1);
  })
  .map((element) => element.outerHTML.slice(0, 120))`;
