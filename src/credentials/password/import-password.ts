import type { Acting } from '#audit';
import { AppError, type Clock } from '#kernel';
import { storageContention } from '#storage';
import type { ImportedPassword } from '../credentials.ts';
import type { Hasher } from '../hashing/hasher.ts';
import { auditOf } from '../notices.ts';
import type { CredentialAccounts, CredentialAudit } from '../ports.ts';
import type { Lockout } from './lockout.ts';
import type { PasswordStore } from './password-store.ts';

export interface ImportPasswordParts {
  passwords: PasswordStore;
  lockout: Lockout;
  hasher: Hasher;
  clock: Clock;
  accounts: Pick<CredentialAccounts, 'raiseEpoch'>;
  audit: CredentialAudit;
}

/** The operator vouches for an imported password: no rules, no history check, no mail. */
export function createImportPassword(parts: ImportPasswordParts) {
  const { passwords, lockout, hasher, clock, accounts, audit } = parts;

  return async (accountId: string, imported: ImportedPassword, acting: Acting): Promise<void> => {
    const hash = await hashOf(hasher, imported);
    const former = await passwords.get(accountId);
    if (former) await accounts.raiseEpoch(accountId, 'password-changed');
    const { changedAt = clock.now(), mustChange = false } = imported;
    const formerVersion = former?.version ?? 0;
    const change = {
      accountId,
      hash,
      changedAt,
      mustChange,
      formerVersion,
      source: 'administrator' as const,
    };
    const event = auditOf('password.imported', accountId, acting);
    if (!(await passwords.replace(change, [audit.emission(event)]))) throw storageContention('passwords');
    if (former) await accounts.raiseEpoch(accountId, 'password-changed');
    await lockout.clear(accountId);
  };
}

async function hashOf(hasher: Hasher, { password, hash }: ImportedPassword): Promise<string> {
  if ((password === undefined) === (hash === undefined)) {
    throw new TypeError('an import has either a password or a hash');
  }
  if (hash === undefined) return hasher.hash(password as string);
  if (!hasher.isSupported(hash)) throw new AppError('password-hash-unsupported', 422);
  return hash;
}
