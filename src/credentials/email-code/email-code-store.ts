import { z } from 'zod';
import type { Emission, Storage } from '#storage';

const emailMethodSchema = z.strictObject({
  accountId: z.string(),
  /** Absent after a removal: the document stays, so that `version` never comes back. */
  enrolledAt: z.int().optional(),
  lastUsedAt: z.int().optional(),
  version: z.int().positive(),
});
export type StoredEmailMethod = z.infer<typeof emailMethodSchema>;

export interface EmailCodeStore {
  get(accountId: string): Promise<StoredEmailMethod | undefined>;
  /** Resolves with the new version. */
  enrol(accountId: string, at: number, emit: readonly Emission[]): Promise<number>;
  used(accountId: string, version: number, at: number): Promise<void>;
  /** False when there was none. */
  remove(accountId: string, emit: readonly Emission[]): Promise<boolean>;
}

/** Who has codes by e-mail; the address is the account's own, whatever it is by then. */
export function createEmailCodeStore(storage: Storage): EmailCodeStore {
  const methods = storage.collection<StoredEmailMethod>({
    name: 'email-code-methods',
    schema: emailMethodSchema,
    key: 'accountId',
    durability: 'durable',
  });
  return {
    get: (accountId) => methods.get(accountId),
    async enrol(accountId, enrolledAt, emit) {
      const fresh = { accountId, enrolledAt };
      if (await methods.insertIfAbsent({ ...fresh, version: 1 }, { emit })) return 1;
      const next = await methods.update(accountId, ({ version }) => ({ ...fresh, version: version + 1 }), {
        emit: () => emit,
      });
      // Documents are never deleted, so the one that stood in the way is there.
      return (next as StoredEmailMethod).version;
    },
    async used(accountId, version, lastUsedAt) {
      await methods.update(accountId, (doc) =>
        doc.version === version ? { ...doc, lastUsedAt } : undefined,
      );
    },
    async remove(accountId, emit) {
      const removed = await methods.update(
        accountId,
        ({ enrolledAt, version }) =>
          enrolledAt === undefined ? undefined : { accountId, version: version + 1 },
        { emit: () => emit },
      );
      return removed !== undefined;
    },
  };
}
