import { JourneyBrowser } from '../../test/support/journey-browser.ts';
import { digest, type PendingOperation, type Recorder } from '../history/recorder.ts';
import type { AuthenticatorApp } from './authenticator-app.ts';
import type { Shift } from './pace.ts';
import type { Known, RecordedParty } from './relying-party.ts';
import { Doubtful } from './send.ts';

/** A sign-in of ours in one browser. */
export interface SignIn {
  session: string;
  account: string;
  browser: JourneyBrowser;
  code: string;
  verifier: string;
}

export interface Surroundings {
  issuer: string;
  recorder: Recorder;
  send: typeof fetch;
  party: RecordedParty;
  shift: Shift;
}

export interface Credentials {
  account: string;
  password: string;
  app?: AuthenticatorApp;
}

const APP_CODE = 'Enter Your 6-digit Verification Code';
const PATIENCE = 12;
const RETRY_MS = 400;

export const newBrowser = ({ issuer, send }: Surroundings) => new JourneyBrowser([issuer], {}, send);

/** Presses once more when nobody answered, as people do, until patience ends. @throws Doubtful */
export async function pressPatiently(
  { shift }: Pick<Surroundings, 'shift'>,
  browser: JourneyBrowser,
  act: () => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      // Answered already, but where that page leads nobody answered.
      const onward =
        attempt > 1 ? browser.find('meta[http-equiv="refresh"]')?.getAttribute('content') : undefined;
      if (onward) await browser.open(onward.replace(/^.*url=/i, '').replaceAll('&amp;', '&'));
      else await act();
      return;
    } catch (error) {
      if (!(error instanceof Doubtful) || attempt === PATIENCE || shift.isOver) throw error;
      await shift.pause(RETRY_MS);
    }
  }
}

/** Address and password, up to the page that comes after them. Resolves with false when the password is refused. */
export async function provePassword(
  around: Surroundings,
  browser: JourneyBrowser,
  { account, password }: Credentials,
): Promise<boolean> {
  // A request that was finished meanwhile begins again, and a proof lives for ten minutes.
  for (let round = 0; round < 3 && isAskedAgain(browser); round++) {
    if (browser.hasLabel('Email'))
      await pressPatiently(around, browser, () => browser.fill('Email', account).press('Continue'));
    await pressPatiently(around, browser, () => browser.fill('Password', password).press('Continue'));
  }
  return !(browser.status === 401 && browser.hasLabel('Password'));
}

const isAskedAgain = (browser: JourneyBrowser) =>
  browser.status === 200 && (browser.hasLabel('Email') || browser.hasLabel('Password'));

let sessions = 0;

/** A whole log-in of a fresh browser. */
export async function logIn(
  around: Surroundings,
  actor: string,
  credentials: Credentials,
): Promise<Known<SignIn | 'refused'>> {
  const { recorder, party } = around;
  const session = `s${++sessions}`;
  const { account, password } = credentials;
  const facts = { account, session, password: digest(password) };
  const pending = recorder.invoke(actor, 'log-in', facts);
  return recorded(pending, async () => {
    const request = party.request();
    const browser = newBrowser(around);
    await pressPatiently(around, browser, () => browser.open(request.url));
    if (!(await provePassword(around, browser, credentials))) {
      pending.fail('refused');
      return 'refused';
    }
    const { app } = credentials;
    const isAsked = app && browser.hasLabel(APP_CODE);
    if (isAsked && !(await proveByApp(around, actor, browser, account, app))) {
      pending.fail('the code of the app is refused');
      return undefined;
    }
    const code = browser.arrivedAt?.searchParams.get('code');
    if (!code) {
      pending.fail(whereStuck(browser));
      return undefined;
    }
    pending.ok({ code: digest(code) });
    return { session, account, browser, code, verifier: request.verifier };
  });
}

async function proveByApp(
  around: Surroundings,
  actor: string,
  browser: JourneyBrowser,
  account: string,
  app: AuthenticatorApp,
): Promise<boolean> {
  const shown = await app.nextCode(around.shift);
  const facts = { account, code: digest(`${account} ${shown.step}`) };
  const pending = around.recorder.invoke(actor, 'prove-totp', facts);
  const taken = await recorded(
    pending,
    async () => {
      await browser.fill(APP_CODE, shown.code).press('Continue');
      const isRefused = browser.hasLabel(APP_CODE);
      if (isRefused) pending.fail('refused');
      else pending.ok();
      return !isRefused;
    },
    true,
  );
  return taken ?? false;
}

/** Once more with the session of the browser, without a page (prompt=none). */
export async function silently(around: Surroundings, actor: string, signIn: SignIn): Promise<void> {
  const { recorder, party } = around;
  const pending = recorder.invoke(actor, 'silent', { session: signIn.session });
  await recorded(pending, async () => {
    await signIn.browser.open(party.request({ prompt: 'none' }).url);
    const answer = signIn.browser.arrivedAt?.searchParams;
    if (answer?.has('code')) pending.ok();
    else pending.fail(answer?.get('error') ?? whereStuck(signIn.browser));
  });
}

export async function logOut(around: Surroundings, actor: string, signIn: SignIn): Promise<void> {
  const { recorder, issuer } = around;
  const { browser, session } = signIn;
  const pending = recorder.invoke(actor, 'log-out', { session });
  await recorded(pending, async () => {
    await browser.open(`${issuer}/session/end`);
    await browser.press('Log Out');
    if (browser.title === 'You are logged out') pending.ok();
    else pending.fail(whereStuck(browser));
  });
}

/** Doubt ends the operation as unknown; what else is thrown is a page that a person could not go on from. */
export async function recorded<T>(
  pending: PendingOperation,
  act: () => Promise<T>,
  passOn = false,
): Promise<Known<T>> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Doubtful) pending.unknown(error.message);
    else pending.fail(`stuck: ${(error as Error).message.slice(0, 300)}`);
    if (passOn) throw error;
    return undefined;
  }
}

export const whereStuck = (browser: JourneyBrowser) =>
  `stuck: ${browser.status} "${browser.title}" ${browser.alerts.join(' ')} ${browser.arrivedAt?.search ?? ''}`;
