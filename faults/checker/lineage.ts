import { clockMoved, type FaultSpan, type Operation } from '../history/event.ts';
import { groupBy } from './finding.ts';

/** Milliseconds in which a rotated refresh token answers with the same successor (docs/integration.md). */
export const GRACE_MS = 10_000;
/** The times of a history are those of the client. */
export const MARGIN_MS = 1_000;
/** How long after its issue a code surely still is one; it lives for a minute. */
const CODE_SURELY_LIVE_MS = 30_000;

/** Something that ends a family of tokens, a session, or all that an account had. */
export interface Ending {
  cause: Operation;
  /** From when on nothing of it may work: all that shows the ending is acknowledged. */
  since: number;
  /** From when on it may have happened; `since` is infinite when nobody knows whether it has. */
  possibleSince: number;
  scope: 'family' | 'session' | 'account';
  id: string;
}

/** Which token came from which session of which account, and what ended them. */
export interface Lineage {
  operations: readonly Operation[];
  /** Endings that concern a family, its session or its account. */
  endingsOfFamily(family: string): Ending[];
  endingsOfSession(session: string): Ending[];
}

export function lineageOf(operations: readonly Operation[], faults: readonly FaultSpan[] = []): Lineage {
  const logIns = new Map<string, Operation>();
  const sessionOfFamily = new Map<string, string>();
  for (const one of operations) {
    if (one.outcome !== 'ok') continue;
    if (one.act === 'log-in') logIns.set(one.facts['session'] ?? '', one);
    if (one.act === 'redeem') sessionOfFamily.set(one.facts['family'] ?? '', one.facts['session'] ?? '');
  }
  const endings = [...explicitEndings(operations), ...replays(operations, faults), ...reuses(operations)];
  const byScope = groupBy(endings, ({ scope, id }) => `${scope}:${id}`);
  const of = (scope: Ending['scope'], id: string) => byScope.get(`${scope}:${id}`) ?? [];

  function endingsOfSession(session: string): Ending[] {
    const logIn = logIns.get(session);
    const ofAccount = of('account', logIn?.facts['account'] ?? '').map((ending) => {
      // Only what was signed in before the change began is surely older than it.
      const isOlder = logIn !== undefined && logIn.to < ending.cause.from;
      return isOlder ? ending : { ...ending, since: Number.POSITIVE_INFINITY };
    });
    return [...of('session', session), ...ofAccount];
  }

  return {
    operations,
    endingsOfSession,
    endingsOfFamily: (family) => [
      ...of('family', family),
      ...endingsOfSession(sessionOfFamily.get(family) ?? ''),
    ],
  };
}

const ENDING_ACTS = { revoke: 'family', 'log-out': 'session', reset: 'account' } as const;

function explicitEndings(operations: readonly Operation[]): Ending[] {
  return operations.flatMap((cause) => {
    const scope = ENDING_ACTS[cause.act as keyof typeof ENDING_ACTS];
    if (!scope || cause.outcome === 'fail') return [];
    return [{ cause, since: cause.to, possibleSince: cause.from, scope, id: cause.facts[scope] ?? '' }];
  });
}

/** A code that comes twice was stolen: what the first one got dies too (RFC 6749 4.1.2). */
function replays(operations: readonly Operation[], faults: readonly FaultSpan[]): Ending[] {
  const uses = groupBy(
    operations.filter(({ act }) => act === 'redeem'),
    ({ facts }) => facts['code'],
  );
  return [...uses.values()].flatMap((group) => {
    const winner = group.find(({ outcome }) => outcome === 'ok');
    if (!winner) return [];
    const begun = Math.min(...group.map(({ from }) => from));
    return group
      .filter((one) => one !== winner)
      .map((cause) => {
        const isSure =
          cause.outcome === 'fail' &&
          cause.to - begun < CODE_SURELY_LIVE_MS &&
          // One that the clock has outlived is refused as one that is unknown.
          !clockMoved(faults, begun - CODE_SURELY_LIVE_MS, cause.to);
        return {
          cause,
          since: isSure ? Math.max(cause.to, winner.to) : Number.POSITIVE_INFINITY,
          possibleSince: cause.from,
          scope: 'family' as const,
          id: winner.facts['family'] ?? '',
        };
      });
  });
}

/** A rotated refresh token that comes back after its grace ends the family (RFC 9700 4.14). */
function reuses(operations: readonly Operation[]): Ending[] {
  const uses = groupBy(
    operations.filter(({ act }) => act === 'refresh'),
    ({ facts }) => facts['token'],
  );
  return [...uses.values()].flatMap((group) =>
    group.flatMap((cause) => {
      const earlier = group.filter(({ from }) => from < cause.from);
      if (earlier.length === 0) return [];
      const rotatedAt = Math.min(...earlier.filter(({ outcome }) => outcome === 'ok').map(({ to }) => to));
      const isReuse = cause.outcome === 'fail' && cause.from > rotatedAt + GRACE_MS + MARGIN_MS;
      const mayBeReuse = cause.outcome !== 'ok';
      if (!isReuse && !mayBeReuse) return [];
      return [
        {
          cause,
          since: isReuse ? cause.to : Number.POSITIVE_INFINITY,
          possibleSince: cause.from,
          scope: 'family' as const,
          id: cause.facts['family'] ?? '',
        },
      ];
    }),
  );
}
