import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Download } from 'playwright-core';
import { launchChromium, openTab } from './chromium.ts';
import type { EngineBrowser } from './engine-tab.ts';
import { launchFirefox } from './firefox.ts';
import { CHROMIUM, FIREFOX, MINI_BROWSER, VERSIONS, WEBKIT_DRIVER, XVFB } from './left-out.js';
import { launchWebKit } from './webkit.ts';

export interface Engine {
  name: string;
  /** Programs that this machine lacks for it. */
  missing: string[];
  launch(): Promise<EngineBrowser>;
}

/** The three engines that today's browsers are made of. */
export const engines: readonly Engine[] = [
  engine('Chromium', [CHROMIUM], async () => byPlaywright(await launchChromium())),
  engine('Firefox', [FIREFOX], async () => byPlaywright(await launchFirefox())),
  engine('WebKit', [WEBKIT_DRIVER, MINI_BROWSER, XVFB], launchWebKit),
];

function engine(name: string, programs: readonly string[], launch: Engine['launch']): Engine {
  return {
    name,
    missing: programs.filter((path) => !existsSync(path)),
    async launch() {
      const browser = await launch();
      mkdirSync(VERSIONS, { recursive: true });
      writeFileSync(join(VERSIONS, name), browser.version);
      return browser;
    },
  };
}

function byPlaywright(browser: Browser): EngineBrowser {
  return {
    version: browser.version(),
    async open() {
      const { page, complaints, close } = await openTab(browser);
      const download = new Promise<Download>((resolve) => page.once('download', resolve));
      return {
        page,
        complaints: async () => complaints.splice(0),
        downloaded: async () => readFileSync(await (await download).path(), 'utf8'),
        close,
      };
    },
    close: () => browser.close(),
  };
}

/** A suite for each engine; one that this machine lacks is skipped, and its title says what is missing. */
export function describeEngines(title: string, suite: (launch: () => Promise<EngineBrowser>) => void): void {
  for (const { name, missing, launch } of engines) {
    if (missing.length > 0)
      describe.skip(`${name}: ${title} (no ${missing.join(', ')})`, () => suite(launch));
    else describe(`${name}: ${title}`, () => suite(launch));
  }
}
