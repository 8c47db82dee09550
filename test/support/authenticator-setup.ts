import type { JourneyBrowser } from './journey-browser.ts';
import { totpCode } from './world.ts';

/** The secret behind "Trouble Scanning". */
export const shownSecret = (person: JourneyBrowser): string =>
  (person.find('details code.secret')?.textContent ?? '').replaceAll(' ', '');

/** Types the code of the app that was just linked. `at`: epoch milliseconds. English labels. */
export async function confirmAuthenticator(person: JourneyBrowser, at = Date.now()): Promise<string> {
  const secret = shownSecret(person);
  await person.fill('Enter the 6-Digit Verification Code', await totpCode(at, secret)).press('Continue');
  return secret;
}

/** From "Two-Factor Authentication Required" to "Save Your Recovery Code"; resolves with the app's secret. */
export async function setUpAuthenticator(person: JourneyBrowser, at = Date.now()): Promise<string> {
  await person.press('Set Up Now');
  await person.choose('Authenticator App').press('Continue');
  return confirmAuthenticator(person, at);
}
