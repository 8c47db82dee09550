import type { JourneyBrowser } from '../../test/support/journey-browser.ts';
import { PASSWORD, totpCode } from '../../test/support/world.ts';
import { digest } from '../history/recorder.ts';
import { addressOf, ROLES } from '../system/world.ts';
import type { ActorOptions } from './actors.ts';
import { newBrowser, pressPatiently, provePassword, recorded, type Surroundings } from './person.ts';

/** The loser's try counts as a wrong one, of which an account has ten in ten minutes. */
const RACERS = 2;

interface PhoneLoser {
  account: string;
  /** The recovery code that is surely valid. */
  recoveryCode: string | undefined;
  isEnrolled: boolean;
}

/** People who set up an app, lose it, and use their recovery code in several browsers at once; each use brings a new code. */
export function phoneLosers({ around }: ActorOptions): () => Promise<void> {
  const people = Array.from(
    { length: ROLES['phone-loser'] },
    (_, number): PhoneLoser => ({
      account: addressOf('phone-loser', number),
      recoveryCode: undefined,
      isEnrolled: false,
    }),
  );
  let turn = 0;
  return async () => {
    const person = people[turn++ % people.length];
    if (!person) return;
    if (!person.isEnrolled) await enrol(around, person);
    else if (person.recoveryCode) await race(around, person, person.recoveryCode);
  };
}

/** Up to the page after the password, recorded as a step of its own. */
async function atTheFactor(
  around: Surroundings,
  { account }: PhoneLoser,
  further: (browser: JourneyBrowser) => Promise<void>,
): Promise<JourneyBrowser | undefined> {
  const pending = around.recorder.invoke('phone-loser', 'reach-factor', { account });
  return recorded(pending, async () => {
    const browser = newBrowser(around);
    await pressPatiently(around, browser, () => browser.open(around.party.request().url));
    await provePassword(around, browser, { account, password: PASSWORD });
    await further(browser);
    pending.ok();
    return browser;
  });
}

/** Whoever was cut off at the last step is lost to this run: nobody knows their app and code. */
async function enrol(around: Surroundings, person: PhoneLoser): Promise<void> {
  const browser = await atTheFactor(around, person, async (page) => {
    await pressPatiently(around, page, () => page.press('Set Up Now'));
    await pressPatiently(around, page, () => page.choose('Authenticator App').press('Continue'));
    if (!page.has('details code')) throw new Error(`no secret on "${page.title}"`);
  });
  if (!browser) return;
  const secret = (browser.find('details code')?.textContent ?? '').replaceAll(' ', '');
  const pending = around.recorder.invoke('phone-loser', 'enrol', { account: person.account });
  person.isEnrolled = true;
  person.recoveryCode = await recorded(pending, async () => {
    const code = await totpCode(Date.now(), secret);
    await browser.fill('Enter the 6-Digit Verification Code', code).press('Continue');
    const shown = codeOn(browser);
    if (shown) pending.ok();
    else {
      // Still at the same page: no app was set up. Elsewhere it may have been.
      person.isEnrolled = !browser.has('details code');
      pending.fail(`${browser.status} ${browser.title} ${browser.alerts.join(' ')}`);
    }
    return shown;
  });
}

async function race(around: Surroundings, person: PhoneLoser, code: string): Promise<void> {
  const reached = await Promise.all(
    Array.from({ length: RACERS }, () =>
      atTheFactor(around, person, async (page) => {
        await pressPatiently(around, page, () => page.follow('Try another method'));
        await pressPatiently(around, page, () => page.follow('Enter Recovery Code'));
      }),
    ),
  );
  const browsers = reached.filter((one) => one !== undefined);
  if (browsers.length === 0) return;
  const next = await Promise.all(browsers.map((browser) => recover(around, person, browser, code)));
  person.recoveryCode = next.find((one) => one !== undefined);
}

async function recover(
  { recorder }: Surroundings,
  { account }: PhoneLoser,
  browser: JourneyBrowser,
  code: string,
): Promise<string | undefined> {
  const pending = recorder.invoke('phone-loser', 'recover', { account, code: digest(`${account} ${code}`) });
  return recorded(pending, async () => {
    await browser.fill('Enter Recovery Code', code).press('Continue');
    const fresh = codeOn(browser);
    if (fresh) pending.ok();
    else pending.fail(`${browser.status} ${browser.alerts.join(' ')}`);
    return fresh;
  });
}

function codeOn(browser: JourneyBrowser): string | undefined {
  return browser.title === 'Save Your Recovery Code'
    ? browser.text.match(/(\d{4} ){7}\d{4}/)?.[0]
    : undefined;
}
