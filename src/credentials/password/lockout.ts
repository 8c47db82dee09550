import { z } from 'zod';
import type { Account } from '#accounts';
import type { Acting } from '#audit';
import { type Clock, MINUTE } from '#kernel';
import type { Storage } from '#storage';
import { auditOf, mailTo } from '../notices.ts';
import type { CredentialAudit, CredentialMessages } from '../ports.ts';
import { createTryCounter, type TryCounter, type TrySlot } from '../try-counter.ts';

const lockSchema = z.strictObject({
  accountId: z.string(),
  lockedAt: z.int(),
  /** `strangers`: known devices of the person go on by counters of their own, so that guessing from outside locks nobody out (W13, X36). */
  scope: z.enum(['strangers', 'everyone']),
});
export type Lock = z.infer<typeof lockSchema>;

export interface LockoutPolicy {
  enabled: boolean;
  attempts: number;
}

/** Failures per account (or known device) in a window where no company asks for a lock-out. */
export const THROTTLE = { limit: 30, windowMs: 15 * MINUTE };
/** A full counter without a lock after this long is left over from a crash: no try in flight lasts so long. */
const IN_FLIGHT = MINUTE;

export interface Lockout {
  lockOf(accountId: string): Promise<Lock | undefined>;
  bars(lock: Lock | undefined, knownDevice: string | undefined): boolean;
  /** Counts a try before it is evaluated. */
  take(slot: TrySlot, policy: LockoutPolicy): Promise<{ allowed: boolean; count: number }>;
  /** Counts for nobody: the same work where there is nothing to count. */
  takeForNobody(slot: TrySlot): Promise<{ allowed: boolean; count: number }>;
  succeeded(slot: TrySlot, policy: LockoutPolicy): Promise<void>;
  notEvaluated(slot: TrySlot): Promise<void>;
  /** Locks, tells the person by mail and leaves an audit event, once. */
  lock(account: Account, knownDevice: string | undefined, acting: Acting): Promise<void>;
  /** A full counter without its lock: finishes what a crash cut off. */
  repair(slot: TrySlot, account: Account, knownDevice: string | undefined, acting: Acting): Promise<void>;
  /** Lock and counters back to zero; false when there was no lock. */
  clear(accountId: string): Promise<boolean>;
}

export function slotOf(accountId: string, policy: LockoutPolicy, knownDevice: string | undefined): TrySlot {
  const purpose = policy.enabled ? 'lock' : 'window';
  return { purpose: knownDevice === undefined ? purpose : `${purpose}:${knownDevice}`, subject: accountId };
}

export function createLockout({
  storage,
  clock,
  messages,
  audit,
  issuer,
}: {
  storage: Storage;
  clock: Clock;
  messages: CredentialMessages;
  audit: CredentialAudit;
  issuer: string;
}): Lockout {
  const tries: TryCounter = createTryCounter({
    storage,
    clock,
    name: 'password-tries',
    durability: 'durable',
  });
  const locks = storage.collection<Lock>({
    name: 'account-locks',
    schema: lockSchema,
    key: 'accountId',
    durability: 'durable',
  });

  async function lock(account: Account, knownDevice: string | undefined, acting: Acting): Promise<void> {
    const scope = knownDevice === undefined ? 'strangers' : 'everyone';
    const data = { name: account.name, resetLink: `${issuer}/forgot-password` };
    const emit = [
      audit.emission(auditOf('account.locked', account.id, acting)),
      messages.emission(mailTo(account, 'account-locked', data)),
    ];
    const first = await locks.insertIfAbsent(
      { accountId: account.id, lockedAt: clock.now(), scope },
      { emit },
    );
    if (first || scope === 'strangers') return;
    await locks.update(account.id, (doc) => (doc.scope === scope ? undefined : { ...doc, scope }));
  }

  return {
    lockOf: (accountId) => locks.get(accountId),
    bars: (found, knownDevice) =>
      found !== undefined && (found.scope === 'everyone' || knownDevice === undefined),
    take: (slot, { enabled, attempts }) => tries.take(slot, enabled ? { limit: attempts } : THROTTLE),
    takeForNobody: (slot) => tries.take(slot, { limit: Number.MAX_SAFE_INTEGER, windowMs: MINUTE }),
    succeeded: (slot, { enabled }) => (enabled ? tries.forget(slot) : tries.giveBack(slot)),
    notEvaluated: (slot) => tries.giveBack(slot),
    lock,
    async repair(slot, account, knownDevice, acting) {
      if ((await tries.fullFor(slot)) > IN_FLIGHT) await lock(account, knownDevice, acting);
    },
    async clear(accountId) {
      await tries.clear(accountId);
      return locks.delete(accountId);
    },
  };
}
