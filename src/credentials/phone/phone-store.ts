import { z } from 'zod';
import type { Emission, Storage } from '#storage';

const phoneSchema = z.strictObject({
  accountId: z.string(),
  /** E.164; sealed (X44). Absent after a removal: the document stays, so that `version` never comes back. */
  number: z.string().optional(),
  /** ISO 3166; absent where the number does not tell. */
  country: z.string().optional(),
  verifiedAt: z.int(),
  lastUsedAt: z.int().optional(),
  version: z.int().positive(),
});
export type StoredPhone = z.infer<typeof phoneSchema>;

export interface PhoneStore {
  get(accountId: string): Promise<StoredPhone | undefined>;
  /** Replaces whatever was there; resolves with the new version. */
  replace(
    phone: Pick<StoredPhone, 'accountId' | 'country' | 'verifiedAt'> & { number: string },
    emit: readonly Emission[],
  ): Promise<number>;
  used(accountId: string, version: number, at: number): Promise<void>;
  remove(accountId: string, emit: readonly Emission[]): Promise<boolean>;
}

export function createPhoneStore(storage: Storage): PhoneStore {
  const phones = storage.collection<StoredPhone>({
    name: 'phones',
    schema: phoneSchema,
    key: 'accountId',
    durability: 'durable',
    sealed: ['number'],
    version: 2,
    migrations: { 1: (doc) => ({ ...doc, version: 1 }) },
  });
  return {
    get: (accountId) => phones.get(accountId),
    async replace(phone, emit) {
      if (await phones.insertIfAbsent({ ...phone, version: 1 }, { emit })) return 1;
      const next = await phones.update(phone.accountId, (doc) => ({ ...phone, version: doc.version + 1 }), {
        emit: () => emit,
      });
      // Documents are never deleted, so the one that stood in the way is there.
      return (next as StoredPhone).version;
    },
    async used(accountId, version, at) {
      await phones.update(accountId, (doc) =>
        doc.version === version ? { ...doc, lastUsedAt: at } : undefined,
      );
    },
    async remove(accountId, emit) {
      const removed = await phones.update(
        accountId,
        (doc) =>
          doc.number === undefined ? undefined : { ...doc, number: undefined, version: doc.version + 1 },
        { emit: () => emit },
      );
      return removed !== undefined;
    },
  };
}
