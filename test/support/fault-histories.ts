import { GRACE_MS } from '../../faults/checker/lineage.ts';
import type { Act, Facts, HistoryEvent, Outcome } from '../../faults/history/event.ts';
import { type Chance, seededChance } from '../../faults/workload/pace.ts';

export const INITIAL = 'initial';

/** Writes a history line by line; an answer may be lost on the way. */
export function historian(chance: Chance) {
  const events: HistoryEvent[] = [];
  let now = 0;
  let id = 0;
  const later = (by: number) => {
    now += by;
  };

  function add(act: Act, facts: Facts, answer: { outcome: Outcome; facts?: Facts; reason?: string }): void {
    const known = { act, facts, actor: 'test', id: ++id };
    events.push({ type: 'invoke', at: now, ...known });
    later(5);
    const { outcome, ...more } = answer;
    events.push({ type: outcome, at: now, id, ...more });
    later(5);
  }

  return {
    events,
    add,
    later,
    get now() {
      return now;
    },
    /** As the server answered, or lost. */
    lossy(act: Act, facts: Facts, answer: { outcome: Outcome; facts?: Facts; reason?: string }): boolean {
      const isLost = chance.chance(0.15);
      add(act, facts, isLost ? { outcome: 'unknown', reason: 'cut' } : answer);
      return !isLost;
    },
  };
}

export type Historian = ReturnType<typeof historian>;

export const ok = (facts?: Facts) => ({ outcome: 'ok' as const, ...(facts && { facts }) });
export const no = { outcome: 'fail' as const, reason: '400 invalid_grant' };

/** One visit at a server that keeps every promise: what it does is decided before its answer may get lost. */
function visit(history: Historian, chance: Chance, number: number): void {
  const account = `a${chance.below(3)}-${number}`;
  const session = `s${number}`;
  const family = `f${number}`;
  if (!history.lossy('log-in', { account, session, password: INITIAL }, ok({ code: `c${number}` }))) return;
  const redeemed = { code: `c${number}`, session };
  const tokens = { family, refresh: `${family}-0`, access: `${family}-at` };
  if (!history.lossy('redeem', redeemed, ok(tokens))) {
    // Once more: it was spent, and the one who lost the answer has nothing.
    history.lossy('redeem', redeemed, no);
    return;
  }
  let alive = true;
  let isSession = true;
  let token = 0;
  let rotatedAt: number | undefined;

  function refresh(which: number): void {
    const facts = { family, token: `${family}-${which}` };
    const isCurrent = which === token;
    const isInGrace =
      which === token - 1 && rotatedAt !== undefined && history.now - rotatedAt < GRACE_MS - 1_500;
    if (!alive || !(isCurrent || isInGrace)) {
      alive = false;
      history.lossy('refresh', facts, no);
      return;
    }
    if (isCurrent) {
      token++;
      rotatedAt = history.now;
    }
    history.lossy(
      'refresh',
      facts,
      ok({ successor: `${family}-${which + 1}`, access: `${family}-at${which}` }),
    );
  }

  for (let step = 0; step < 8; step++) {
    const choice = chance.below(7);
    if (choice === 0) refresh(token);
    else if (choice === 1 && token > 0) refresh(token - 1);
    else if (choice === 2) history.later(GRACE_MS + 2_000);
    else if (choice === 3) history.lossy('use', { family, token: `${family}-at` }, alive ? ok() : no);
    else if (choice === 4) history.lossy('silent', { session }, isSession ? ok() : no);
    else if (choice === 5 && chance.chance(0.3)) {
      alive = false;
      history.lossy('revoke', { family }, ok());
    } else if (chance.chance(0.3)) {
      alive = false;
      isSession = false;
      history.lossy('log-out', { session }, ok());
    }
  }
}
/** The history of a server that keeps every promise, with answers lost anywhere. */
export function goodHistory(seed: number): Historian {
  const chance = seededChance(seed);
  const history = historian(chance);
  for (let number = 0; number < 6; number++) visit(history, chance, number);
  return history;
}

/** A family and its session, signed in and redeemed without doubt. */
export function signedIn(history: Historian): { family: string; session: string; token: string } {
  const session = 'planted-s';
  history.add('log-in', { account: 'planted-a', session, password: INITIAL }, ok({ code: 'planted-c' }));
  const tokens = { family: 'planted-f', refresh: 'planted-0', access: 'planted-at' };
  history.add('redeem', { code: 'planted-c', session }, ok(tokens));
  return { session, family: 'planted-f', token: 'planted-0' };
}

export const successor = (name: string) => ok({ successor: name, access: `${name}-at` });
