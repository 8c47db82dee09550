import type { Account } from '#accounts';
import type { Acting } from '#audit';
import { AppError, type Clock, MINUTE, SECOND } from '#kernel';
import { storageContention } from '#storage';
import type { PasswordPolicy, SetPasswordOutcome, SetReason } from '../credentials.ts';
import type { Hasher } from '../hashing/hasher.ts';
import { auditOf, instantFor, mailTo } from '../notices.ts';
import type { CredentialAccounts, CredentialAudit, CredentialMessages } from '../ports.ts';
import type { TryCounter } from '../try-counter.ts';
import type { BreachCheck } from './breach-check.ts';
import type { Lockout } from './lockout.ts';
import { checkPassword, type RuleId } from './password-rules.ts';
import type { PasswordSource, PasswordStore } from './password-store.ts';

export interface SetPasswordParts {
  passwords: PasswordStore;
  lockout: Lockout;
  hasher: Hasher;
  /** New passwords that are compared and hashed per account. */
  newPasswords: TryCounter;
  clock: Clock;
  accounts: Pick<CredentialAccounts, 'raiseEpoch'>;
  messages: CredentialMessages;
  audit: CredentialAudit;
  /** Where the operator named a provider; asked for new passwords only. */
  isBreached?: BreachCheck;
}

/** A password that met every rule, hashed, good while the stored version is still `formerVersion`. */
export interface ReadyPassword {
  outcome: 'ready';
  hash: string;
  formerVersion: number;
}

export type SetOptions = { reason: SetReason } & Acting;

export interface SetPassword {
  /**
   * All rules, the history included; nothing is changed.
   * @throws AppError 'too-many-requests' (429) beyond ten for one account in ten minutes: each costs up to five hashes
   */
  prepare(
    accountId: string,
    password: string,
    policy: PasswordPolicy,
  ): Promise<ReadyPassword | { outcome: 'refused'; unmet: RuleId[] }>;
  /** `raced` when the password was changed since `prepare`. */
  commit(
    account: Account,
    ready: ReadyPassword,
    options: SetOptions,
  ): Promise<Extract<SetPasswordOutcome, { outcome: 'set' }> | { outcome: 'raced' }>;
  /** Only where there is no password yet. */
  setFirst(
    account: Account,
    password: string,
    options: PasswordPolicy & Acting,
  ): Promise<SetPasswordOutcome | { outcome: 'exists' }>;
  /** @throws AppError 'storage.contention' when others change the same password again and again */
  set(account: Account, password: string, options: PasswordPolicy & SetOptions): Promise<SetPasswordOutcome>;
}

const ATTEMPTS = 3;
const PER_ACCOUNT = { limit: 10, windowMs: 10 * MINUTE };
/** The person sees these happen during a log-in of their own. */
const WITHOUT_MAIL: readonly SetReason[] = ['welcome', 'expired', 'temporary-replaced'];
/** Whose proof a password rests on; all others on that of the former. */
const SOURCES: Partial<Record<SetReason, PasswordSource>> = {
  reset: 'mail',
  temporary: 'administrator',
};
/** F4: these let a locked person in again. */
const UNLOCKING: readonly SetReason[] = ['reset', 'temporary'];

export function createSetPassword(parts: SetPasswordParts): SetPassword {
  const { passwords, lockout, hasher, newPasswords, clock, accounts, isBreached } = parts;

  async function isRecent(password: string, hashes: readonly string[]): Promise<boolean> {
    for (const hash of hashes) if ((await hasher.verify(password, hash)).ok) return true;
    return false;
  }

  async function takeTurn(accountId: string): Promise<void> {
    const slot = { purpose: 'new-password', subject: accountId };
    if ((await newPasswords.take(slot, PER_ACCOUNT)).allowed) return;
    throw new AppError('too-many-requests', 429, {
      params: { retryAfterSeconds: PER_ACCOUNT.windowMs / SECOND },
    });
  }

  const flow: SetPassword = {
    async prepare(accountId, password, policy) {
      const unmet = checkPassword(password, policy);
      if (unmet.length > 0) return { outcome: 'refused', unmet };
      await takeTurn(accountId);
      const former = await passwords.get(accountId);
      if (former && (await isRecent(password, [former.hash, ...former.history]))) {
        return { outcome: 'refused', unmet: ['history'] };
      }
      if (await isBreached?.(password)) return { outcome: 'refused', unmet: ['breached'] };
      return { outcome: 'ready', hash: await hasher.hash(password), formerVersion: former?.version ?? 0 };
    },

    /**
     * Sessions end before and after the write: before, so that a crash in between leaves no old session beside a new
     * password; after, so that none begun meanwhile with the old one lives on.
     */
    async commit(account, { hash, formerVersion }, options) {
      const { reason } = options;
      const endsSessions = reason !== 'welcome' || formerVersion > 0;
      if (endsSessions) await accounts.raiseEpoch(account.id, 'password-changed');
      const change = {
        accountId: account.id,
        hash,
        formerVersion,
        changedAt: clock.now(),
        mustChange: reason === 'temporary',
        source: SOURCES[reason] ?? ('former' as const),
      };
      const stored = await passwords.replace(change, emissions(parts, account, options));
      if (!stored) return { outcome: 'raced' };
      const epoch = endsSessions ? await accounts.raiseEpoch(account.id, 'password-changed') : account.epoch;
      if (UNLOCKING.includes(reason)) await lockout.clear(account.id);
      return { outcome: 'set', version: stored.version, epoch };
    },

    async setFirst(account, password, { minLength, ...acting }) {
      if ((await passwords.get(account.id)) !== undefined) return { outcome: 'exists' };
      const ready = await flow.prepare(account.id, password, { minLength });
      if (ready.outcome === 'refused') return ready;
      if (ready.formerVersion > 0) return { outcome: 'exists' };
      const done = await flow.commit(account, ready, { reason: 'welcome', ...acting });
      return done.outcome === 'set' ? done : { outcome: 'exists' };
    },

    async set(account, password, options) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const ready = await flow.prepare(account.id, password, options);
        if (ready.outcome === 'refused') return ready;
        const done = await flow.commit(account, ready, options);
        if (done.outcome === 'set') return done;
      }
      throw storageContention('passwords');
    },
  };
  return flow;
}

function emissions({ audit, messages, clock }: SetPasswordParts, account: Account, options: SetOptions) {
  const audited = audit.emission(
    auditOf('password.changed', account.id, options, { reason: options.reason }),
  );
  if (WITHOUT_MAIL.includes(options.reason)) return [audited];
  const data = { name: account.name, at: instantFor(account, clock.now()) };
  return [audited, messages.emission(mailTo(account, 'password-changed', data))];
}
