import { SECOND } from '#kernel';
import type { SessionFields } from './library-gaps.ts';

/** A session without a log-in only carries the state of a log-out page. */
const ANONYMOUS_SECONDS = 3600;

/** Seconds a session lives from now: what remains of its absolute life, or the idle time if that is shorter (H14). */
export function sessionLifetime(session: SessionFields, absoluteMs: number, nowMs = Date.now()): number {
  const began = session.startedAt ?? session.loginTs;
  if (began === undefined) return ANONYMOUS_SECONDS;
  const remaining = Math.floor((began * SECOND + absoluteMs - nowMs) / SECOND);
  return Math.max(1, Math.min(session.idleSeconds ?? Number.POSITIVE_INFINITY, remaining));
}

/** Seconds; null and undefined: no idle time. */
export function shorterIdleTime(...seconds: readonly (number | null | undefined)[]): number | undefined {
  const set = seconds.filter((one) => typeof one === 'number');
  return set.length > 0 ? Math.min(...set) : undefined;
}
