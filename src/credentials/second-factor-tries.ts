import type { Acting } from '#audit';
import { type Clock, DAY, MINUTE, type RequestOrigin } from '#kernel';
import type { Storage } from '#storage';
import { auditOf, failedFrom } from './notices.ts';
import type { CredentialAudit } from './ports.ts';
import type { SecondFactorAlert } from './second-factor-alert.ts';
import { createTryCounter } from './try-counter.ts';

const WINDOW = 10 * MINUTE;
/** Full windows in 24 hours: a guesser with the password has twenty tries at a million codes, not 720. */
const WINDOWS_PER_DAY = 4;

/** `enrolment` has a counter of its own: trying out a new app must not use up the tries of the old one. */
export type TryPurpose = 'second-factor' | 'enrolment';

/** Where a code was typed. */
export interface CodeOrigin extends RequestOrigin {
  /** The browser is a known device of the account (decision 014). */
  knownDevice?: boolean;
}

/**
 * The counters of an account's codes of every kind, over all interactions (F6, X29): one of its known devices together, which
 * strangers can't use up, and one of everybody else. They never lock: they end with their window, or their day.
 */
export interface SecondFactorTries {
  /** Counts the try, then evaluates it; only 'ok' and failures of ours don't count. */
  attempt<R extends { outcome: string }>(
    purpose: TryPurpose,
    accountId: string,
    acting: Acting & { origin?: CodeOrigin },
    evaluate: () => Promise<R>,
  ): Promise<R | { outcome: 'throttled' }>;
  /** Whether any wrong code is counted. */
  isCounting(accountId: string): Promise<boolean>;
  /** All of the account's counters back to zero. */
  clear(accountId: string): Promise<void>;
}

/** Each counter with its day: `second-factor:known:day`. */
const dayOf = (counter: string) => `${counter}:day`;

export function createSecondFactorTries({
  storage,
  clock,
  audit,
  limit,
  alert,
}: {
  storage: Storage;
  clock: Clock;
  audit: CredentialAudit;
  /** Tries in ten minutes. */
  limit: number;
  alert: SecondFactorAlert;
}): SecondFactorTries {
  const tries = createTryCounter({ storage, clock, name: 'second-factor-tries', durability: 'durable' });
  const perDay = limit * WINDOWS_PER_DAY;

  return {
    async attempt(purpose, accountId, acting, evaluate) {
      const guarded = purpose === 'second-factor';
      const counter = acting.origin?.knownDevice ? `${purpose}:known` : purpose;
      const slot = { purpose: counter, subject: accountId };
      const day = { purpose: dayOf(counter), subject: accountId };
      if ((await tries.count(day)) >= perDay) return { outcome: 'throttled' };
      const { allowed, count } = await tries.take(slot, { limit, windowMs: WINDOW });
      if (!allowed) return { outcome: 'throttled' };
      const result = await evaluate().catch(async (error: unknown) => {
        await tries.giveBack(slot);
        throw error;
      });
      if (result.outcome === 'ok') {
        await tries.giveBack(slot);
        return result;
      }
      if (guarded)
        await audit.record(auditOf('second-factor.failed', accountId, acting, failedFrom(acting.origin)));
      const today = await tries.take(day, { limit: perDay, windowMs: DAY });
      const isDayFull = today.allowed && today.count === perDay;
      if (count === limit || isDayFull) {
        await audit.record(auditOf('second-factor.throttled', accountId, acting, { purpose }));
        if (guarded) await alert(accountId, 'wrong');
      }
      return result;
    },
    isCounting: tries.isCounting,
    clear: tries.clear,
  };
}
