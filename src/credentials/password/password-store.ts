import { z } from 'zod';
import type { Emission, Storage } from '#storage';
import { HISTORY_LENGTH } from './password-rules.ts';

const passwordSchema = z.strictObject({
  accountId: z.string(),
  /** Encoded slow hash; sealed besides, so that a stolen dump can't even be guessed at. */
  hash: z.string(),
  /** Hashes before the current one, newest first (C-7). */
  history: z.array(z.string()),
  changedAt: z.int(),
  /** A temporary password (A15). */
  mustChange: z.boolean(),
  /** Its reset link was mailed, and nothing but the mailbox was proven with it since (I10). */
  byMail: z.boolean().optional(),
  version: z.int().positive(),
});
export type StoredPassword = z.infer<typeof passwordSchema>;

/** By whose proof it was set: the mailbox's, that of whoever knew the former, or an administrator's word. */
export type PasswordSource = 'mail' | 'former' | 'administrator';

export interface PasswordStore {
  get(accountId: string): Promise<StoredPassword | undefined>;
  /**
   * Makes `hash` the password in force and pushes the former into the history, only while the stored version is
   * `formerVersion` (0: none). Undefined when somebody else changed it meanwhile.
   */
  replace(
    change: Pick<StoredPassword, 'accountId' | 'hash' | 'changedAt' | 'mustChange'> & {
      formerVersion: number;
      source: PasswordSource;
    },
    emit: readonly Emission[],
  ): Promise<StoredPassword | undefined>;
  /** `byMail` ends for this version. */
  vouch(accountId: string, version: number): Promise<void>;
  /** False when there was none. */
  remove(accountId: string): Promise<boolean>;
  /** The same password under today's hash settings: neither version nor date change. */
  rehash(former: StoredPassword, hash: string): Promise<void>;
}

export function createPasswordStore(storage: Storage): PasswordStore {
  const passwords = storage.collection<StoredPassword>({
    name: 'passwords',
    schema: passwordSchema,
    key: 'accountId',
    durability: 'durable',
    sealed: ['hash', 'history'],
  });
  return {
    get: (accountId) => passwords.get(accountId),
    async replace({ formerVersion, source, ...change }, emit) {
      if (formerVersion === 0) {
        const first = { ...change, ...markOf(source), history: [], version: 1 };
        return (await passwords.insertIfAbsent(first, { emit })) ? first : undefined;
      }
      return passwords.update(
        change.accountId,
        (doc) => {
          if (doc.version !== formerVersion) return undefined;
          const history = [doc.hash, ...doc.history].slice(0, HISTORY_LENGTH - 1);
          return { ...change, ...markOf(source, doc), history, version: doc.version + 1 };
        },
        { emit: () => emit },
      );
    },
    async vouch(accountId, version) {
      await passwords.update(accountId, ({ byMail, ...doc }) =>
        byMail && doc.version === version ? doc : undefined,
      );
    },
    remove: (accountId) => passwords.delete(accountId),
    async rehash(former, hash) {
      await passwords.update(former.accountId, (doc) =>
        doc.version === former.version && doc.hash === former.hash ? { ...doc, hash } : undefined,
      );
    },
  };
}

/** A change by whoever knows the former password proves no more than that one did. */
function markOf(source: PasswordSource, former?: StoredPassword): { byMail?: true } {
  return source === 'mail' || (source === 'former' && former?.byMail) ? { byMail: true } : {};
}
