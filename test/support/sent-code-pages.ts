import { MINUTE } from '#kernel';
import type { TestGatehouse } from './gatehouse.ts';
import type { JourneyBrowser } from './journey-browser.ts';
import type { RelyingParty } from './relying-party.ts';
import { beginLogIn } from './sign-in.ts';
import type { TravellingClock } from './travelling-clock.ts';
import { PASSWORD } from './world.ts';

/** The field of a log-in, and that of a set-up. */
export const CHALLENGE = 'Enter Your 6-digit Verification Code';
export const SETUP = 'Enter the 6-Digit Verification Code';
const EXPIRED = 'This code has expired. Ask for a new one.';

/** Other six digits. */
export const otherThan = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** A wrong code is refused at the field; the right one is taken with a space in its middle. */
export async function typeSetUpCode(person: JourneyBrowser, code: string): Promise<void> {
  await person.fill(SETUP, otherThan(code)).press('Continue');
  expect([person.status, ...person.alerts]).toEqual([422, 'This code is incorrect. Check it and try again.']);
  await person.fill(SETUP, code.replace(/^(...)/, '$1 ')).press('Continue');
}

/** "Select an Authentication Method" has no codes by e-mail, nor does the server take them from a form made by hand. */
export async function refuseEmailMethod(person: JourneyBrowser): Promise<void> {
  expect(person.hasLabel('Email Verification')).toBe(false);
  const { action, fields } = person.form();
  await person.post(action, { ...fields, method: 'email' });
  expect([person.status, ...person.alerts]).toEqual([422, 'Select a method.']);
}

/** G10: "Resend New Code" is refused for half a minute, then it sends. */
export async function resendAfterWait(person: JourneyBrowser, clock: TravellingClock): Promise<void> {
  await person.press('Resend New Code');
  expect([person.status, person.alerts.join()]).toEqual([
    429,
    expect.stringMatching(/^Wait (30|29) seconds/),
  ]);
  clock.advance(30_000);
  await person.press('Resend New Code');
  expect([person.status, person.text]).toEqual([200, expect.stringContaining('We sent a new code.')]);
}

/** G10: from the page of a log-in whose code is on its way to that of a new one, which alone lets in. */
export async function voidByResend(
  person: JourneyBrowser,
  clock: TravellingClock,
  lastCode: () => Promise<string>,
): Promise<void> {
  const first = await lastCode();
  await resendAfterWait(person, clock);
  const second = await lastCode();
  if (first !== second) await person.fill(CHALLENGE, first).press('Continue');
  expect(person.arrivedAt).toBeUndefined();
  await person.fill(CHALLENGE, second).press('Continue');
}

/** G9: ten minutes later the code says that it has expired, and a new one lets in. */
export async function outliveCode(
  person: JourneyBrowser,
  clock: TravellingClock,
  lastCode: () => Promise<string>,
): Promise<void> {
  const code = await lastCode();
  clock.advance(10 * MINUTE);
  await person.fill(CHALLENGE, code).press('Continue');
  expect(person.title).toBe('Enter your password');
  await person.fill('Password', PASSWORD).press('Continue');
  expect(person.alerts).toEqual([EXPIRED]);
  await person.fill(CHALLENGE, code).press('Continue');
  expect([person.status, ...person.alerts]).toEqual([422, EXPIRED]);
  await person.press('Resend New Code');
  await person.fill(CHALLENGE, await lastCode()).press('Continue');
}

/** W24: a stranger who knows the address opens these steps before the password, and guesses that. */
export async function knockAt(
  steps: readonly string[],
  gatehouse: Pick<TestGatehouse, 'issuer'>,
  portal: RelyingParty,
  email: string,
): Promise<void> {
  const { person } = await beginLogIn(gatehouse, portal);
  await person.fill('Email', email).press('Continue');
  const uid = /interaction\/([\w-]+)/.exec(person.form().action.pathname)?.[1];
  for (const step of steps) {
    await person.open(new URL(`/interaction/${uid}/${step}`, gatehouse.issuer));
    expect(person.title).toBe('Enter your password');
  }
  await person.fill('Password', 'Wrong-Password-1').press('Continue');
}
