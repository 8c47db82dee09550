import type { Acting } from '#audit';
import type { Clock, Randomness } from '#kernel';
import type { RecoveryCodes } from '../credentials.ts';
import type { Hasher } from '../hashing/hasher.ts';
import { auditOf, instantFor, mailTo } from '../notices.ts';
import type { CredentialAccounts, CredentialAudit, CredentialMessages } from '../ports.ts';
import type { SecondFactorTries } from '../second-factor-tries.ts';
import { CODE_LENGTH, parseRecoveryCode } from './recovery-code.ts';
import type { RecoveryCodeStore, StoredRecoveryCode } from './recovery-code-store.ts';

export interface RecoveryCodeParts {
  codes: RecoveryCodeStore;
  tries: SecondFactorTries;
  hasher: Hasher;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<CredentialAccounts, 'byId'>;
  messages: CredentialMessages;
  audit: CredentialAudit;
}

export function createRecoveryCodes(parts: RecoveryCodeParts): RecoveryCodes {
  const { codes, tries, hasher, clock, randomness, audit } = parts;

  async function evaluate(stored: StoredRecoveryCode & { hash: string }, code: string, acting: Acting) {
    const { ok } = await hasher.verify(code, stored.hash);
    if (!ok) return { outcome: 'wrong' } as const;
    const notices = await useNotices(parts, stored.accountId, acting);
    const won = await codes.end(stored.accountId, stored.version, notices);
    return { outcome: won ? 'ok' : 'wrong' } as const;
  }

  return {
    async issue(accountId, acting, emit = []) {
      const code = randomness.digits(CODE_LENGTH);
      const event = audit.emission(auditOf('recovery-code.issued', accountId, acting));
      await codes.replace(accountId, await hasher.hash(code), clock.now(), [event, ...emit]);
      return code;
    },
    async verify(accountId, input, origin) {
      const stored = await codes.get(accountId);
      if (!isValid(stored)) return { outcome: 'none' };
      const code = parseRecoveryCode(input);
      // No code at all is no guess.
      if (code === undefined) return { outcome: 'wrong' };
      const acting = { actor: accountId, origin };
      return tries.attempt('second-factor', accountId, acting, () => evaluate(stored, code, acting));
    },
    async status(accountId) {
      const stored = await codes.get(accountId);
      if (!isValid(stored)) return { exists: false };
      const { createdAt, unsaved } = stored;
      return { exists: true, createdAt, ...(unsaved && { unsaved }) };
    },
    confirmSaved: (accountId) => codes.confirmSaved(accountId),
    remove: (accountId) => codes.end(accountId, undefined, []),
  };
}

function isValid(stored: StoredRecoveryCode | undefined): stored is StoredRecoveryCode & { hash: string } {
  return stored?.hash !== undefined;
}

/** J4: whoever else may hold the code, the person learns of its use. */
async function useNotices(
  { accounts, messages, audit, clock }: RecoveryCodeParts,
  accountId: string,
  acting: Acting,
) {
  const event = audit.emission(auditOf('recovery-code.used', accountId, acting));
  const account = await accounts.byId(accountId);
  if (!account) return [event];
  const data = { name: account.name, at: instantFor(account, clock.now()) };
  return [event, messages.emission(mailTo(account, 'recovery-code-used', data))];
}
