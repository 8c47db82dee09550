/**
 * Takes the README's pictures from the demo's own pages: `npm run screenshots`, with Chromium at /usr/bin/chromium or
 * CHROMIUM_PATH. Writes docs/screenshots/*.png.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium, openTab } from '../test/support/chromium.ts';
import { enrolledPerson, personToEnrol, startDemoSite } from '../test/support/demo-site.ts';
import { PASSWORD, TOTP_SECRET, totpCode } from '../test/support/world.ts';

const FOLDER = join(import.meta.dirname, '../docs/screenshots');
const CARD = { width: 480, height: 640 };

mkdirSync(FOLDER, { recursive: true });
const accounts = [enrolledPerson('robin@bridges.example'), personToEnrol('kim@crane.example')];
const site = await startDemoSite({ accounts });
const browser = await launchChromium();

try {
  await light();
  await dark();
} finally {
  await browser.close();
  await site.stop();
}

async function light(): Promise<void> {
  const { page } = await openTab(browser, { viewport: CARD, locale: 'en' });
  await page.goto(`${site.portal}/login`);
  await page.getByLabel('Email').fill('kim@crane.example');
  await shoot(page, 'email');
  await press(page, 'Continue');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await shoot(page, 'password');
  await press(page, 'Continue');
  await press(page, 'Set Up Now');
  await press(page, 'Continue');
  await page.getByRole('heading', { name: 'Secure your Account' }).waitFor();
  await page.setViewportSize({ ...CARD, height: 820 });
  await shoot(page, 'authenticator-app');
}

async function dark(): Promise<void> {
  const { page } = await openTab(browser, { viewport: CARD, locale: 'fr', colorScheme: 'dark' });
  await page.goto(`${site.portal}/login`);
  await page.getByLabel('Adresse e-mail').fill('robin@bridges.example');
  await press(page, 'Continuer');
  await page.getByLabel('Mot de passe', { exact: true }).fill(PASSWORD);
  await press(page, 'Continuer');
  const code = page.getByLabel('Saisissez votre code');
  await code.fill(await totpCode(0, TOTP_SECRET));
  await shoot(page, 'code-french-dark');
}

function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click();
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' });
}
