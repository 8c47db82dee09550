import type { Operation } from '../history/event.ts';
import { type Finding, told } from './finding.ts';
import type { Ending, Lineage } from './lineage.ts';

/** No cache stands before sessions, grants and tokens: what is ended is ended with the acknowledgement. */
const STALE_BOUND_MS = 0;

const SHOWS_LIFE = new Set(['refresh', 'use', 'silent']);
const BY_ACT: Readonly<Record<string, string>> = {
  revoke: 'a revoked token never works again',
  'log-out': 'after a log-out neither the session nor its tokens work again',
  reset: 'after a password change no older session or token works again',
  redeem: 'a code that comes twice ends what the first one got',
  refresh: 'a family of refresh tokens dies on reuse',
};

/** Nothing that was asked for after the acknowledgement of its end may show life. */
export function staysEnded(lineage: Lineage, boundMs = STALE_BOUND_MS): Finding[] {
  const found = new Map(
    Object.entries(BY_ACT).map(([act, property]) => [
      act,
      { property, checked: 0, violations: [] as string[], figures: { longestAfterMs: 0, asked: 0 } },
    ]),
  );
  const counted = new Set<Ending['cause']>();
  for (const operation of lineage.operations) {
    if (!SHOWS_LIFE.has(operation.act)) continue;
    for (const ending of endingsOf(operation, lineage)) {
      if (operation.from <= ending.since) continue;
      const finding = found.get(ending.cause.act);
      if (!finding) continue;
      if (!counted.has(ending.cause)) finding.checked++;
      counted.add(ending.cause);
      finding.figures.asked++;
      if (operation.outcome !== 'ok') continue;
      const afterMs = operation.from - ending.since;
      finding.figures.longestAfterMs = Math.max(finding.figures.longestAfterMs, afterMs);
      if (afterMs > boundMs) finding.violations.push(`${told(operation)} after ${told(ending.cause)}`);
    }
  }
  return [...found.values()];
}

function endingsOf({ act, facts }: Operation, lineage: Lineage): Ending[] {
  return act === 'silent'
    ? lineage.endingsOfSession(facts['session'] ?? '')
    : lineage.endingsOfFamily(facts['family'] ?? '');
}
