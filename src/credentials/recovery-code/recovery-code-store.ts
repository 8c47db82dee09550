import { z } from 'zod';
import type { Emission, Storage } from '#storage';

const recoveryCodeSchema = z.strictObject({
  accountId: z.string(),
  /** Salted slow hash; the code itself is kept by nobody (J2). Absent once used or removed. */
  hash: z.string().optional(),
  createdAt: z.int(),
  /** Until the person says that it is kept. */
  unsaved: z.literal(true).optional(),
  version: z.int().positive(),
});
export type StoredRecoveryCode = z.infer<typeof recoveryCodeSchema>;

export interface RecoveryCodeStore {
  get(accountId: string): Promise<StoredRecoveryCode | undefined>;
  /** The one valid code from now on; the former is void (J9). */
  replace(accountId: string, hash: string, createdAt: number, emit: readonly Emission[]): Promise<void>;
  confirmSaved(accountId: string): Promise<void>;
  /** Ends the code of this version: exactly one caller is told true (X33). Without `version`: whichever there is. */
  end(accountId: string, version: number | undefined, emit: readonly Emission[]): Promise<boolean>;
}

export function createRecoveryCodeStore(storage: Storage): RecoveryCodeStore {
  const codes = storage.collection<StoredRecoveryCode>({
    name: 'recovery-codes',
    schema: recoveryCodeSchema,
    key: 'accountId',
    durability: 'durable',
    sealed: ['hash'],
  });
  return {
    get: (accountId) => codes.get(accountId),
    async replace(accountId, hash, createdAt, emit) {
      const fresh = { accountId, hash, createdAt, unsaved: true } as const;
      if (await codes.insertIfAbsent({ ...fresh, version: 1 }, { emit })) return;
      await codes.update(accountId, (doc) => ({ ...fresh, version: doc.version + 1 }), { emit: () => emit });
    },
    async confirmSaved(accountId) {
      await codes.update(accountId, ({ unsaved, ...doc }) => (unsaved ? doc : undefined));
    },
    async end(accountId, version, emit) {
      const ended = await codes.update(
        accountId,
        (doc) =>
          doc.hash === undefined || (version !== undefined && doc.version !== version)
            ? undefined
            : { ...doc, hash: undefined, version: doc.version + 1 },
        { emit: () => emit },
      );
      return ended !== undefined;
    },
  };
}
