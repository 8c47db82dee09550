import type { Account } from '#accounts';
import { type Log, MINUTE, type Randomness } from '#kernel';
import type { PasswordAttempt, PasswordVerdict } from '../credentials.ts';
import type { Hasher } from '../hashing/hasher.ts';
import { auditOf, failedFrom } from '../notices.ts';
import type { CredentialAudit } from '../ports.ts';
import { type Lockout, type LockoutPolicy, slotOf, THROTTLE } from './lockout.ts';
import { isTooLong } from './password-rules.ts';
import type { PasswordStore, StoredPassword } from './password-store.ts';

export interface VerifyPasswordParts {
  passwords: PasswordStore;
  lockout: Lockout;
  hasher: Hasher;
  randomness: Randomness;
  audit: Pick<CredentialAudit, 'record'>;
  log: Log;
}

const NO_LOCKOUT: LockoutPolicy = { enabled: false, attempts: 3 };

/**
 * One log-in try. Unknown, inactive, passwordless and locked people cost the same reads, the same two writes and one
 * hash as everybody else (B10, X28); the try is counted before the hash, so that parallel guesses can't exceed the limit.
 */
export function createVerifyPassword(parts: VerifyPasswordParts) {
  const { passwords, lockout, hasher, randomness, audit } = parts;

  return async (attempt: PasswordAttempt): Promise<PasswordVerdict> => {
    const { account, password, knownDevice, lockout: policy = NO_LOCKOUT } = attempt;
    // Depends on the input alone, so it tells nothing; a hash of megabytes is nobody's due (X37).
    if (isTooLong(password)) return { outcome: 'wrong' };

    const nobody = `nobody-${randomness.bytes(1).toString('hex')}`;
    const subject = account?.id ?? nobody;
    const [stored, lock] = await Promise.all([passwords.get(subject), lockout.lockOf(subject)]);
    const known = account?.status === 'active' && stored ? { account, stored } : undefined;
    const barred = known !== undefined && lockout.bars(lock, knownDevice);
    const slot = slotOf(known && !barred ? subject : nobody, policy, knownDevice);
    const tried = known && !barred ? await lockout.take(slot, policy) : await lockout.takeForNobody(slot);

    if (!known || barred || !tried.allowed) {
      // A refused count writes nothing, which would show.
      if (!tried.allowed) await lockout.takeForNobody({ ...slot, subject: nobody });
      await hasher.dummy(password);
      // In place of the record of a failure, which would show.
      await lockout.takeForNobody({ ...slot, subject: nobody });
      if (!known) return { outcome: 'wrong' };
      if (!barred && policy.enabled)
        await lockout.repair(slot, known.account, knownDevice, {
          actor: known.account.id,
          origin: attempt.origin,
        });
      if (barred || policy.enabled) return { outcome: 'locked' };
      return { outcome: 'throttled', windowMinutes: THROTTLE.windowMs / MINUTE };
    }
    const checked = await hasher.verify(password, known.stored.hash).catch(async (error: unknown) => {
      await lockout.notEvaluated(slot);
      throw error;
    });
    if (!checked.ok) return failed(known.account, tried.count, policy, attempt);
    await lockout.succeeded(slot, policy);
    if (checked.needsRehash) await rehash(parts, known.stored, password);
    const { version, mustChange, changedAt } = known.stored;
    return { outcome: 'ok', version, mustChange, changedAt };
  };

  /** F2: the try that reaches the limit locks; every one leaves a single record, and what is refused after it none. */
  async function failed(
    account: Account,
    count: number,
    policy: LockoutPolicy,
    { knownDevice, origin }: PasswordAttempt,
  ): Promise<PasswordVerdict> {
    if (!policy.enabled || count < policy.attempts) {
      const type = !policy.enabled && count === THROTTLE.limit ? 'log-in.throttled' : 'log-in.failed';
      // Nobody knows who it was.
      await audit.record(auditOf(type, account.id, { actor: 'anonymous', origin }, failedFrom(origin)));
      return { outcome: 'wrong' };
    }
    await lockout.lock(account, knownDevice, { actor: account.id, origin });
    return { outcome: 'locked' };
  }
}

/** The log-in stands whether this works or not: the next one tries again. */
async function rehash(parts: VerifyPasswordParts, stored: StoredPassword, password: string): Promise<void> {
  try {
    await parts.passwords.rehash(stored, await parts.hasher.hash(password));
  } catch (error) {
    parts.log.warn({ err: error, accountId: stored.accountId }, 'a password could not be re-hashed');
  }
}
