import { DAY, type Log, type Randomness } from '#kernel';
import type { Passwords } from '../credentials.ts';
import { createImportPassword } from './import-password.ts';
import { checkPassword, passwordRules } from './password-rules.ts';
import type { SetPassword, SetPasswordParts } from './set-password.ts';
import { createVerifyPassword } from './verify-password.ts';

const expiry: Passwords['expiry'] = ({ changedAt }, expiryDays) =>
  expiryDays === null || changedAt === undefined ? undefined : changedAt + expiryDays * DAY;

export function createPasswords(
  parts: SetPasswordParts & { randomness: Randomness; log: Log; setPassword: SetPassword },
): Passwords {
  const { passwords, lockout, setPassword } = parts;
  return {
    rules: passwordRules,
    check: checkPassword,
    set: setPassword.set,
    setFirst: setPassword.setFirst,
    verify: createVerifyPassword(parts),
    async state(accountId) {
      const stored = await passwords.get(accountId);
      if (!stored) return { has: false, mustChange: false, byMail: false, version: 0 };
      const { changedAt, mustChange, byMail = false, version } = stored;
      return { has: true, changedAt, mustChange, byMail, version };
    },
    vouch: passwords.vouch,
    expiry,
    isExpired(state, expiryDays, now) {
      const end = expiry(state, expiryDays);
      return end !== undefined && now >= end;
    },
    async lockState(accountId) {
      const lock = await lockout.lockOf(accountId);
      return lock ? { locked: true, scope: lock.scope, lockedAt: lock.lockedAt } : { locked: false };
    },
    importPassword: createImportPassword(parts),
  };
}
