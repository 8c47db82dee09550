/**
 * Takes the README's pictures from the demo's own pages: `npm run screenshots`, with Chromium at /usr/bin/chromium or
 * CHROMIUM_PATH. Writes docs/screenshots/*.png.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium, openTab } from '../test/support/chromium.ts';
import { enrolledPerson, personToEnrol, startDemoSite } from '../test/support/demo-site.ts';
import { addAuthenticator } from '../test/support/virtual-authenticator.ts';
import { PASSWORD, TOTP_SECRET, totpCode } from '../test/support/world.ts';

const FOLDER = join(import.meta.dirname, '../docs/screenshots');
const CARD = { width: 480, height: 720 };
const DESK = { width: 800, height: 1270 };

mkdirSync(FOLDER, { recursive: true });
const accounts = [
  enrolledPerson('robin@bridges.example'),
  enrolledPerson('rosa@bridges.example'),
  personToEnrol('kim@crane.example'),
];
const site = await startDemoSite({ accounts });
const browser = await launchChromium();

try {
  await light();
  await dark();
  await profile();
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
  await page.setViewportSize({ ...CARD, height: 880 });
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

/** A passkey is set up on the profile, which then shows both methods. */
async function profile(): Promise<void> {
  const { page } = await openTab(browser, { viewport: CARD, locale: 'en' });
  await addAuthenticator(page);
  await page.goto(`${site.gatehouse.issuer}/profile/security`);
  await page.getByLabel('Email').fill('rosa@bridges.example');
  await press(page, 'Continue');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await press(page, 'Continue');
  await page.getByLabel('Enter Your 6-digit Verification Code').fill(await totpCode(Date.now(), TOTP_SECRET));
  await press(page, 'Continue');
  await page.getByRole('link', { name: 'Add Passkey' }).click();
  await page.getByLabel('current password').fill(PASSWORD);
  await press(page, 'Continue');
  await page.getByLabel('Name of this passkey').fill('Work laptop');
  await shoot(page, 'passkey');
  await press(page, 'Create Passkey');
  await page.getByLabel('I Have Securely Saved This Code').check();
  await press(page, 'Continue');
  await page.setViewportSize(DESK);
  await page.goto(`${site.gatehouse.issuer}/profile/security`);
  await shoot(page, 'profile');
}

function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click();
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' });
}
