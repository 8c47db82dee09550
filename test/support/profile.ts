import type { JourneyBrowser } from './journey-browser.ts';
import { PASSWORD, totpCode } from './world.ts';

/** What each set-up of a method says before it does so (G29). */
export const VOIDS = 'At the end you will see a new recovery code. It voids any previous one.';

/** "Enter your password" asked again by our own pages (G27), and the app's code where it is asked for. English labels. */
export async function proveAgain(
  person: JourneyBrowser,
  {
    password = PASSWORD,
    totpSecret,
    at = Date.now(),
  }: { password?: string; totpSecret?: string; at?: number } = {},
): Promise<JourneyBrowser> {
  await person.fill('Enter your account’s current password', password).press('Continue');
  if (totpSecret && person.hasLabel('Enter Your 6-digit Verification Code')) {
    await person
      .fill('Enter Your 6-digit Verification Code', await totpCode(at, totpSecret))
      .press('Continue');
  }
  return person;
}

/** Opens "My Profile Settings" in a browser that nobody is signed in with. */
export async function openProfile(
  person: JourneyBrowser,
  issuer: string,
  email: string,
  {
    totpSecret,
    path = '/profile',
    at = Date.now(),
  }: { totpSecret?: string; path?: string; at?: number } = {},
): Promise<JourneyBrowser> {
  await person.open(`${issuer}${path}`);
  await person.fill('Email', email).press('Continue');
  await person.fill('Password', PASSWORD).press('Continue');
  if (totpSecret) {
    await person
      .fill('Enter Your 6-digit Verification Code', await totpCode(at, totpSecret))
      .press('Continue');
  }
  return person;
}
