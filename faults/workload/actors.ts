import { PASSWORD, TOTP_SECRET } from '../../test/support/world.ts';
import { addressOf, ROLES } from '../system/world.ts';
import { type AuthenticatorApp, authenticatorApp } from './authenticator-app.ts';
import { forgetfulPeople } from './forgetful.ts';
import type { Chance } from './pace.ts';
import { logIn, logOut, type SignIn, type Surroundings, silently } from './person.ts';
import { phoneLosers } from './phone-loser.ts';
import type { Family, Known } from './relying-party.ts';

/** What is kept to be looked at later: still alive, or ended. */
export interface Kept {
  signIn: SignIn;
  family: Family;
  /** Rotated refresh tokens, oldest first. */
  former: string[];
}

export interface Actors {
  /** Resolves when all loops have ended. */
  done: Promise<void>;
  /** Everything that was ever signed in, for a last look. */
  kept: Kept[];
}

export interface ActorOptions {
  around: Surroundings;
  chance: Chance;
  /** Folder with the outbox. */
  dataDir: string;
}

const REUSE_AFTER_MS = 11_500;

/** Bounded load: each actor has one thing at a time under way, and pauses. */
export function startActors(options: ActorOptions): Actors {
  const { around } = options;
  const kept: Kept[] = [];
  const loop = async (turn: () => Promise<void>, pauseMs: number) => {
    while (!around.shift.isOver) {
      await turn();
      await around.shift.pause(pauseMs);
    }
  };
  const apps = Array.from({ length: ROLES.totp }, () => authenticatorApp(TOTP_SECRET));
  const portals = Array.from(
    { length: 3 },
    (_, number) => () => atThePortal(`portal${number}`, options, kept, apps),
  );
  const losers = phoneLosers(options);
  const forgetful = forgetfulPeople(options, kept);
  const done = Promise.all([
    ...portals.map((turn) => loop(turn, 150)),
    loop(() => probe(around), 400),
    loop(losers, 600),
    loop(forgetful, 400),
  ]);
  return { done: done.then(() => {}), kept };
}

/** Says when log-ins work. */
async function probe(around: Surroundings): Promise<void> {
  await logIn(around, 'prober', { account: addressOf('prober', 0), password: PASSWORD });
}

/** One visit: log-in, code, some refreshes, then one of the ways in which it ends, and looks at what has ended. */
async function atThePortal(
  actor: string,
  { around, chance }: ActorOptions,
  kept: Kept[],
  apps: readonly AuthenticatorApp[],
): Promise<void> {
  const signIn = await logIn(around, actor, credentials(chance, apps));
  if (!signIn || signIn === 'refused') return;
  const family = await redeem(around, actor, chance, signIn);
  if (!family) return;
  const visit: Kept = { signIn, family, former: [] };
  kept.push(visit);
  const rounds = 1 + chance.below(3);
  for (let round = 0; round < rounds && !around.shift.isOver; round++) {
    await refresh(around, actor, chance, visit);
    await around.party[chance.chance(0.5) ? 'userinfo' : 'introspect'](actor, family);
    if (chance.chance(0.4)) await silently(around, actor, signIn);
    await around.shift.pause(50 + chance.below(200));
  }
  await end(around, actor, chance, visit);
}

function credentials(chance: Chance, apps: readonly AuthenticatorApp[]) {
  const number = chance.below(ROLES.totp);
  const app = apps[number];
  if (app?.isReady && chance.chance(0.4)) {
    return { account: addressOf('totp', number), password: PASSWORD, app };
  }
  return { account: addressOf('plain', chance.below(ROLES.plain)), password: PASSWORD };
}

/** A code in three is taken to the token endpoint by several at once; a code in six again later. */
async function redeem(
  { party, shift }: Surroundings,
  actor: string,
  chance: Chance,
  { code, verifier, session }: SignIn,
): Promise<Family | undefined> {
  const racers = chance.chance(0.33) ? 3 : 1;
  const results = await Promise.all(
    Array.from({ length: racers }, () => party.redeem(actor, code, verifier, session)),
  );
  if (racers === 1 && (results[0] === undefined || chance.chance(0.16))) {
    await shift.pause(chance.below(1_000));
    results.push(await party.redeem(actor, code, verifier, session));
  }
  return results.find((one) => one !== undefined && one !== 'refused');
}

/** Mostly once; sometimes by several at the same time; after doubt again at once, within the grace. */
async function refresh(
  { party, shift }: Surroundings,
  actor: string,
  chance: Chance,
  visit: Kept,
): Promise<void> {
  const { family, former } = visit;
  const token = family.refreshToken;
  const at = chance.chance(0.25) ? 3 : 1;
  const results: Known<'rotated' | 'refused'>[] = await Promise.all(
    Array.from({ length: at }, () => party.refresh(actor, family, token)),
  );
  for (let again = 0; !results.some((one) => one !== undefined) && again < 12 && !shift.isOver; again++) {
    await shift.pause(500);
    results.push(await party.refresh(actor, family, token));
  }
  if (results.includes('rotated')) former.push(token);
}

async function end(around: Surroundings, actor: string, chance: Chance, visit: Kept): Promise<void> {
  const { party, shift } = around;
  const way = chance.next();
  if (way < 0.25) await party.revoke(actor, visit.family);
  else if (way < 0.5) await logOut(around, actor, visit.signIn);
  else if (way < 0.7 && visit.former.length > 0) {
    // Nobody waits for the grace to pass: the actor goes on meanwhile.
    void reuseLater(around, actor, visit);
    return;
  }
  if (way < 0.5) {
    for (const pauseMs of [0, 100, 600]) {
      await shift.pause(pauseMs);
      await lookAt(around, actor, visit);
    }
  }
}

async function reuseLater(around: Surroundings, actor: string, visit: Kept): Promise<void> {
  await around.shift.pause(REUSE_AFTER_MS);
  if (around.shift.isOver) return;
  await around.party.refresh(`${actor}-thief`, visit.family, visit.former.at(-1));
  await lookAt(around, actor, visit);
}

/** Tries everything that a visit has left. */
export async function lookAt(around: Surroundings, actor: string, { family, signIn }: Kept): Promise<void> {
  await around.party.refresh(actor, family);
  await around.party.userinfo(actor, family);
  await around.party.introspect(actor, family);
  await silently(around, actor, signIn);
}
