import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineBrowser, EngineTab } from '../support/engine-tab.ts';
import { describeEngines } from '../support/engines.ts';
import { pageStates, startPreview } from '../support/preview-server.ts';
import type { WebServer } from '../support/web-server.ts';

const CHECKS = readFileSync(join(import.meta.dirname, '../support/page-checks.js'), 'utf8');
/** Pixels of a small phone. */
const PHONE = { width: 320, height: 720 };
/** The page that moves on by itself does so here, too: the journeys meet it. */
const states = pageStates.filter(({ name }) => name !== 'interactions/leave');

describeEngines('every page in every state on a phone', (launch) => {
  let server: WebServer;
  let browser: EngineBrowser;
  let tab: EngineTab;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startPreview(), launch()]);
    tab = await browser.open();
    await tab.page.setViewportSize(PHONE);
  });
  afterAll(async () => {
    await tab.close();
    await browser.close();
    await server.close();
  });

  it.each(
    states,
  )('B13 $name fits 320 pixels, loads whole and shows the focus, in English and French', async ({ path }) => {
    const { page } = tab;
    for (const language of ['en', 'fr']) {
      await page.goto(`${server.url}${path}?lang=${language}`);
      expect(await page.evaluate('innerWidth')).toBe(PHONE.width);
      expect(await page.evaluate(SIDEWAYS)).toBe(0);
      expect(await page.evaluate(wrong('cutOff'))).toEqual([]);
      await page.keyboard.press('Tab');
      expect(await page.evaluate(wrong('unseenFocus'))).toEqual([]);
      expect(await page.evaluate(NOTICE)).toBe(true);
      const complaints = await tab.complaints();
      expect(complaints.filter((complaint) => !complaint.includes(ASKED_BY_ITSELF))).toEqual([]);
    }
  });
});

/** What a check of page-checks.js finds. */
const wrong = (check: string) => `(() => { ${CHECKS}; return pageChecks.${check}(); })()`;

/** Engines of today are not told that they are too old; the stand-ins don't speak of it. */
const NOTICE = `document.querySelector('.unsupported')?.checkVisibility() !== true`;

/** Firefox looks for a picture where a page names none, as the stand-ins do. */
const ASKED_BY_ITSELF = '/favicon.ico';

/** Pixels to scroll sideways; a scroll bar of Firefox takes some of the 320. */
const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
