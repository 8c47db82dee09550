import type { FaultSpan, Operation } from '../history/event.ts';
import { type Finding, groupBy, told } from './finding.ts';
import { GRACE_MS, type Lineage, MARGIN_MS } from './lineage.ts';

/** Of an access token. */
const ACCESS_TOKEN_MS = 3_600_000;

/** What was acknowledged works until something ends it. */
export function nothingLost(lineage: Lineage, faults: readonly FaultSpan[]): Finding[] {
  return [
    sessionsLost(lineage),
    refreshTokensLost(lineage),
    accessTokensLost(lineage, faults),
    appCodesRefused(lineage, faults),
  ];
}

function lost(
  property: string,
  asked: readonly Operation[],
  isExplained: (operation: Operation) => boolean,
): Finding {
  const decided = asked.filter(({ outcome }) => outcome !== 'unknown');
  const violations = decided
    .filter((one) => one.outcome === 'fail' && !isExplained(one))
    .map((one) => `refused without a reason: ${told(one)}`);
  return { property, checked: decided.length, violations };
}

function sessionsLost({ operations, endingsOfSession }: Lineage): Finding {
  return lost(
    'no acknowledged session is lost',
    operations.filter(({ act }) => act === 'silent'),
    ({ facts, to }) => endingsOfSession(facts['session'] ?? '').some((one) => one.possibleSince < to),
  );
}

function refreshTokensLost({ operations, endingsOfFamily }: Lineage): Finding {
  const refreshes = operations.filter(({ act }) => act === 'refresh');
  const byToken = groupBy(refreshes, ({ facts }) => facts['token']);
  return lost('no acknowledged refresh token is lost', refreshes, (one) => {
    const { facts, to } = one;
    const ended = endingsOfFamily(facts['family'] ?? '');
    if (ended.some(({ cause, possibleSince }) => cause !== one && possibleSince < to)) return true;
    // Presented before, the answer perhaps lost: after the grace that is reuse.
    const presentedAt = Math.min(...(byToken.get(facts['token'] ?? '') ?? []).map(({ from }) => from));
    return to > presentedAt + GRACE_MS - MARGIN_MS && presentedAt < one.from;
  });
}

function accessTokensLost({ operations, endingsOfFamily }: Lineage, faults: readonly FaultSpan[]): Finding {
  const issuedAt = new Map<string, number>();
  for (const { facts, from, outcome } of operations)
    if (outcome === 'ok' && facts['access']) issuedAt.set(facts['access'], from);
  return lost(
    'no acknowledged access token is lost',
    operations.filter(({ act }) => act === 'use'),
    ({ facts, to }) =>
      endingsOfFamily(facts['family'] ?? '').some((one) => one.possibleSince < to) ||
      faults.some(
        ({ shiftMs = 0, from, to: end }) =>
          Math.abs(shiftMs) >= ACCESS_TOKEN_MS &&
          from < to &&
          end > (issuedAt.get(facts['token'] ?? '') ?? 0),
      ),
  );
}

/** The phone's clock is right: its codes are refused while the server's is not, and when they were sent before. */
function appCodesRefused({ operations }: Lineage, faults: readonly FaultSpan[]): Finding {
  const proofs = operations.filter(({ act }) => act === 'prove-totp');
  const byCode = groupBy(proofs, ({ facts }) => facts['code']);
  return lost('no fresh code of an authenticator app is refused', proofs, (one) => {
    const isRepeated = (byCode.get(one.facts['code'] ?? '') ?? []).some((other) => other.id < one.id);
    const isClockOff = faults.some(
      ({ shiftMs, from, to }) => shiftMs !== undefined && from < one.to && to > one.from,
    );
    return isRepeated || isClockOff;
  });
}
