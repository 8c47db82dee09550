import { PASSWORD } from '../../test/support/world.ts';
import { digest } from '../history/recorder.ts';
import { outboxLines } from '../system/outbox.ts';
import { addressOf, ROLES } from '../system/world.ts';
import type { ActorOptions, Kept } from './actors.ts';
import { lookAt } from './actors.ts';
import { logIn, newBrowser, pressPatiently, recorded, type Surroundings, whereStuck } from './person.ts';

const MAIL_PATIENCE_MS = 6_000;
/** Each link is taken by so many browsers at once, each with a password of its own. */
const RACERS = 3;

interface ForgetfulPerson {
  account: string;
  /** Nothing when nobody knows which one is in force. */
  password: string | undefined;
  candidates: string[];
  /** Links that were taken already. */
  taken: Set<string>;
}

/** People who ask for a password link, race for it, and then log in with the new password and try the old things. */
export function forgetfulPeople(
  { around, chance, dataDir }: ActorOptions,
  kept: Kept[],
): () => Promise<void> {
  const people = Array.from(
    { length: ROLES.forgetful },
    (_, number): ForgetfulPerson => ({
      account: addressOf('forgetful', number),
      password: PASSWORD,
      candidates: [PASSWORD],
      taken: new Set(),
    }),
  );
  let passwords = 0;
  let turn = 0;

  return async () => {
    const person = people[turn++ % people.length];
    if (!person) return;
    const visit = await signedIn(around, person, kept);
    const link = await askForLink(around, person, dataDir);
    if (!link) return;
    const offered = Array.from(
      { length: chance.chance(0.7) ? RACERS : 1 },
      () => `Battery-Staple-${++passwords}x`,
    );
    const results = await Promise.all(offered.map((password) => submit(around, person, link, password)));
    const won = results.indexOf('set');
    if (won >= 0) person.password = offered[won];
    else if (results.includes(undefined)) {
      person.candidates = [...(person.password ? [person.password] : person.candidates), ...offered];
      person.password = undefined;
    }
    if (visit) await lookAt(around, 'forgetful', visit);
    await tryOldPassword(
      around,
      person,
      offered.filter((_, index) => index !== won),
    );
  };
}

async function signedIn(
  around: Surroundings,
  person: ForgetfulPerson,
  kept: Kept[],
): Promise<Kept | undefined> {
  for (const password of person.password ? [person.password] : person.candidates) {
    const signIn = await logIn(around, 'forgetful', { account: person.account, password });
    if (signIn === 'refused') continue;
    if (!signIn) return undefined;
    person.password = password;
    const family = await around.party.redeem('forgetful', signIn.code, signIn.verifier, signIn.session);
    if (!family || family === 'refused') return undefined;
    const visit: Kept = { signIn, family, former: [] };
    kept.push(visit);
    return visit;
  }
  return undefined;
}

async function askForLink(
  around: Surroundings,
  person: ForgetfulPerson,
  dataDir: string,
): Promise<string | undefined> {
  const { recorder, issuer, shift } = around;
  const pending = recorder.invoke('forgetful', 'request-reset', { account: person.account });
  await recorded(pending, async () => {
    const browser = newBrowser(around);
    await pressPatiently(around, browser, () => browser.open(`${issuer}/forgot-password`));
    await browser.fill('Email', person.account).press('Submit');
    if (browser.status === 200) pending.ok();
    else pending.fail(whereStuck(browser));
  });
  const end = performance.now() + MAIL_PATIENCE_MS;
  while (performance.now() < end && !shift.isOver) {
    const link = newestLink(dataDir, person);
    if (link) {
      person.taken.add(link);
      return link;
    }
    await shift.pause(200);
  }
  return undefined;
}

function newestLink(dataDir: string, { account, taken }: ForgetfulPerson): string | undefined {
  const links = outboxLines(dataDir).messages.flatMap(({ to, text }) =>
    to === account ? (/^http\S+token=\S+$/m.exec(text)?.[0] ?? []) : [],
  );
  const newest = links.at(-1);
  return newest && !taken.has(newest) ? newest : undefined;
}

async function submit(
  around: Surroundings,
  { account }: ForgetfulPerson,
  link: string,
  password: string,
): Promise<'set' | 'refused' | undefined> {
  const facts = { account, link: digest(link), password: digest(password) };
  const pending = around.recorder.invoke('forgetful', 'reset', facts);
  let spent = false;
  const result = await recorded(pending, async () => {
    const browser = newBrowser(around);
    await browser.open(link);
    if (!browser.hasLabel('Password')) {
      pending.fail(`${browser.status} ${browser.title}`);
      return 'refused' as const;
    }
    spent = true;
    await browser.fill('Password', password).fill('Confirm', password).press('Reset Password');
    if (browser.status === 200 && !browser.hasLabel('Confirm')) {
      pending.ok();
      return 'set' as const;
    }
    pending.fail(`${browser.status} ${browser.title}`);
    return 'refused' as const;
  });
  // Nothing was sent that could set a password.
  return spent ? result : 'refused';
}

async function tryOldPassword(
  around: Surroundings,
  { account }: ForgetfulPerson,
  old: readonly string[],
): Promise<void> {
  const [password] = old;
  if (password) await logIn(around, 'forgetful', { account, password });
}
