import type { Acting } from '#audit';
import { type Clock, MINUTE } from '#kernel';
import type { Storage } from '#storage';
import { auditOf } from './notices.ts';
import type { CredentialAudit } from './ports.ts';
import { createTryCounter } from './try-counter.ts';

const WINDOW = 10 * MINUTE;

/** `enrolment` has a counter of its own: trying out a new app must not use up the tries of the old one. */
export type TryPurpose = 'second-factor' | 'enrolment';

/**
 * The one counter of an account's codes of every kind, over all interactions (F6, X29). It never locks: it ends with
 * its window.
 */
export interface SecondFactorTries {
  /** Counts the try, then evaluates it; only 'ok' and failures of ours don't count. */
  attempt<R extends { outcome: string }>(
    purpose: TryPurpose,
    accountId: string,
    acting: Acting,
    evaluate: () => Promise<R>,
  ): Promise<R | { outcome: 'throttled' }>;
}

export function createSecondFactorTries({
  storage,
  clock,
  audit,
  limit,
}: {
  storage: Storage;
  clock: Clock;
  audit: CredentialAudit;
  /** Tries in ten minutes. */
  limit: number;
}): SecondFactorTries {
  const tries = createTryCounter({ storage, clock, name: 'second-factor-tries', durability: 'durable' });
  return {
    async attempt(purpose, accountId, acting, evaluate) {
      const slot = { purpose, subject: accountId };
      const { allowed, count } = await tries.take(slot, { limit, windowMs: WINDOW });
      if (!allowed) return { outcome: 'throttled' };
      const result = await evaluate().catch(async (error: unknown) => {
        await tries.giveBack(slot);
        throw error;
      });
      if (result.outcome === 'ok') await tries.giveBack(slot);
      else if (count === limit) {
        await audit.record(auditOf('second-factor.throttled', accountId, acting, { purpose }));
      }
      return result;
    },
  };
}
