import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from './left-out.js';

/** Without it the browser tests are skipped, and said to be left out; CI refuses to go on. */
export const hasChromium = existsSync(CHROMIUM);

const ARTIFACTS = join(import.meta.dirname, '../../artifacts/screenshots');

/** Off: everything with which a browser talks to its maker. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
}

/** A tab in a profile of its own, and everything that went wrong in it. */
export interface Tab {
  page: Page;
  /** Script errors, violations of the content security policy, and parts of pages that did not load. */
  complaints: string[];
  close(): Promise<void>;
}

export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const complaints: string[] = [];
  await context.addInitScript(`document.addEventListener('securitypolicyviolation',
    ({ violatedDirective, blockedURI }) => console.error('CSP', violatedDirective, blockedURI))`);
  context.on('console', (message) => {
    // Refusals are answered with 4xx pages on purpose, which Chromium reports as errors.
    const refusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !refusal) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('response', (response) => {
    const part = response.request().resourceType() !== 'document';
    if (part && response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return { page: await context.newPage(), complaints, close: () => context.close() };
}

/** With PICTURES=1, keeps a picture under artifacts/screenshots, for whoever looks at the looks. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (!process.env['PICTURES']) return;
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({
    path: join(ARTIFACTS, `${name.replaceAll(/[^\w.-]+/g, '-')}.png`),
    fullPage: true,
    animations: 'disabled',
  });
}
