import type { Account } from '#accounts';
import type { TestGatehouse } from './gatehouse.ts';
import { JourneyBrowser } from './journey-browser.ts';
import type { PendingLogIn, RelyingParty } from './relying-party.ts';
import { PASSWORD, totpCode } from './world.ts';

export interface LogInOptions {
  password?: string;
  /** Of the authenticator app, when one is enrolled. */
  totpSecret?: string;
  /** Authorization parameters. */
  params?: Record<string, string>;
  /** A browser that was here before. */
  browser?: JourneyBrowser;
}

export interface LoggedIn {
  person: JourneyBrowser;
  pending: PendingLogIn;
}

/** Opens the log-in page of a fresh authorization request. */
export async function beginLogIn(
  { issuer }: Pick<TestGatehouse, 'issuer'>,
  party: RelyingParty,
  { params, browser = new JourneyBrowser([issuer]) }: LogInOptions = {},
): Promise<LoggedIn> {
  const pending = await party.begin(params);
  return { person: await browser.open(pending.url), pending };
}

/** Address, password and, with a secret, the app's code; what comes after them is the caller's. English labels. */
export async function logIn(
  gatehouse: Pick<TestGatehouse, 'issuer'>,
  party: RelyingParty,
  email: string,
  options: LogInOptions = {},
): Promise<LoggedIn> {
  const begun = await beginLogIn(gatehouse, party, options);
  await prove(begun.person, email, options);
  return begun;
}

/** From the "Email" page on. */
export async function prove(
  person: JourneyBrowser,
  email: string,
  options: LogInOptions = {},
): Promise<void> {
  await person.fill('Email', email).press('Continue');
  await person.fill('Password', options.password ?? PASSWORD).press('Continue');
  if (options.totpSecret) {
    const code = await totpCode(Date.now(), options.totpSecret);
    await person.fill('Enter Your 6-digit Verification Code', code).press('Continue');
  }
}

/** @throws Error when nobody has this address */
export async function accountOf(
  { accounts }: Pick<TestGatehouse, 'accounts'>,
  email: string,
): Promise<Account> {
  const found = await accounts.byEmail(email);
  if (!found) throw new Error(`no account of ${email}`);
  return found;
}
