import { type Browser, firefox } from 'playwright-core';
import { FIREFOX } from './left-out.js';

type Send = (this: unknown, method: string, ...rest: unknown[]) => Promise<unknown>;
interface Inside {
  _connection: { toImpl(browser: Browser): { _browserSession: { send: Send } } };
}

const PREFERENCES = {
  'ui.prefersReducedMotion': 1,
  // Panels of the browser itself would take the keyboard away from the page.
  'browser.download.alwaysOpenPanel': false,
  'signon.rememberSignons': false,
};

/** The distribution's own Firefox, by WebDriver BiDi. */
export async function launchFirefox(): Promise<Browser> {
  const browser = await firefox.launch({
    channel: 'moz-firefox',
    executablePath: FIREFOX,
    firefoxUserPrefs: PREFERENCES,
  });
  allowOlder(browser);
  return browser;
}

/** Playwright sets media features in every window, which Firefox 153 can't yet; without that it is as good a driver. */
function allowOlder(browser: Browser): void {
  const { _browserSession: session } = (browser as unknown as Inside)._connection.toImpl(browser);
  const sessions = Object.getPrototypeOf(session) as { send: Send };
  const { send } = sessions;
  sessions.send = function (method, ...rest) {
    return method === 'emulation.setMediaFeaturesOverride'
      ? Promise.resolve()
      : send.call(this, method, ...rest);
  };
}
