import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, keepPicture, launchChromium, openTab, type Tab } from './chromium.ts';
import { pageStates, startPreview } from './preview-server.ts';
import type { WebServer } from './web-server.ts';

const HEIGHT = 720;
/** Pixels: a desk, the same at a zoom of 200 %, and a small phone. */
const WIDTHS = [1280, 640, 320] as const;
/** Where axe looks as well. */
const CHECKED: readonly number[] = [1280, 320];
/** As long as the longest secret that anybody pastes. */
const PASTED = '4821 0937 5516 2048 7731 6094 1825 3360';

const ARTIFACTS = join(import.meta.dirname, '../../artifacts');
const CHECKS = join(import.meta.dirname, 'page-checks.js');

interface Look {
  locale: 'en' | 'fr';
  colorScheme: 'light' | 'dark';
}

interface Accessibility {
  passed: number;
  undecided: string[];
  violations: string[];
}

/** Tests of every page in every state in one language. What axe finds goes to artifacts/accessibility-<locale>.txt. */
export function describeEveryPage({ locale, colorScheme }: Look): void {
  (hasChromium ? describe : describe.skip)(`every page in every state in a browser: ${locale}`, () => {
    let browser: Browser;
    let server: WebServer;
    let tab: Tab;
    const report: string[] = [];
    beforeAll(async () => {
      server = await startPreview();
      browser = await launchChromium();
      tab = await openTab(browser, { locale, colorScheme, permissions: ['clipboard-write'] });
      await tab.page.addInitScript(axe.source);
      await tab.page.addInitScript({ path: CHECKS });
      await tab.page.goto(server.url);
      await tab.page.evaluate(`navigator.clipboard.writeText('${PASTED}')`);
    });
    afterAll(async () => {
      await browser.close();
      await server.close();
      mkdirSync(ARTIFACTS, { recursive: true });
      writeFileSync(join(ARTIFACTS, `accessibility-${locale}.txt`), `${report.join('\n')}\n`);
    });
    afterEach(() => expect(tab.complaints.splice(0)).toEqual([]));

    it.each(
      pageStates,
    )('B13 W21 $name is accessible, fits, shows the focus, moves nothing and takes what is pasted', async ({
      name,
      path,
      bilingual,
    }) => {
      const { page } = tab;
      await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
      await page.goto(`${server.url}${path}`);
      expect(await headOf(page)).toEqual({ lang: bilingual ? 'en' : locale, headings: 1 });
      await page.keyboard.press('Tab');
      expect(await wrongIn(page, 'unseenFocus', 'moving', 'shadows')).toEqual([]);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHT });
        expect([width, ...(await wrongIn(page, 'cutOff'))]).toEqual([width]);
        if (!CHECKED.includes(width)) continue;
        await keepPicture(page, `${name}-${locale}-${width}-${colorScheme}`);
        const { passed, undecided, violations } = await accessibilityOf(page);
        const counts = [passed, violations.length, undecided.length];
        report.push([name, locale, colorScheme, width, ...counts].join('\t'));
        expect({ violations, undecided }).toEqual({ violations: [], undecided: [] });
      }
      expect(await wrongInForcedColors(page, `${name}-${locale}`)).toEqual([]);
      await pasteEverywhere(page);
    });
  });
}

const headOf = (page: Page) =>
  page.evaluate(
    `({ lang: document.documentElement.lang, headings: document.querySelectorAll('h1').length })`,
  );

const accessibilityOf = (page: Page) => page.evaluate<Accessibility>('pageChecks.accessibility()');

function wrongIn(page: Page, ...checks: string[]): Promise<string[]> {
  const each = checks.map((check) => `...pageChecks.${check}().map((wrong) => '${check}: ' + wrong)`);
  return page.evaluate(`[${each.join(', ')}]`);
}

async function wrongInForcedColors(page: Page, name: string): Promise<string[]> {
  await page.emulateMedia({ forcedColors: 'active' });
  await keepPicture(page, `${name}-forced-colors`);
  const wrong = await wrongIn(page, 'unseenFocus', 'edgeless');
  await page.emulateMedia({ forcedColors: 'none' });
  return wrong;
}

async function pasteEverywhere(page: Page): Promise<void> {
  for (const id of await page.evaluate<string[]>('pageChecks.typedInto()')) {
    const field = page.locator(`[id="${id}"]`);
    await field.fill('');
    await field.press('ControlOrMeta+V');
    expect([id, await field.inputValue()]).toEqual([id, PASTED]);
  }
}
