import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE_MS = 20_000;

/** What the engines' tests need of a page: a part of Playwright's. */
export interface EnginePage {
  goto(url: string): Promise<unknown>;
  evaluate<T>(expression: string): Promise<T>;
  waitForNavigation(): Promise<unknown>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
}

/** A window in a profile of its own. */
export interface EngineTab {
  page: EnginePage;
  /** Parts that did not load and, where the engine hands them over, violations of the content security policy and script errors. */
  complaints(): Promise<string[]>;
  /** What the first file holds that the page has sent. */
  downloaded(): Promise<string>;
  close(): Promise<void>;
}

export interface EngineBrowser {
  version: string;
  open(): Promise<EngineTab>;
  close(): Promise<void>;
}

/** Until an expression is true on the page. @throws Error that names it after 20 seconds */
export function waitUntil(page: EnginePage, expression: string): Promise<void> {
  return until(() => page.evaluate<boolean>(expression), expression);
}

/** Asks again until the answer is true; a page that is being left answers nothing. */
export async function until(ask: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!(await ask().catch(() => false))) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(20);
  }
}
