import { z } from 'zod';
import { sha256 } from '#kernel';
import type { Emission, Storage } from '#storage';

/** The mailbox a link was sent to. */
export type AddressSide = 'old' | 'new';

const addressChangeSchema = z.strictObject({
  /** One change at a time: a new wish ends the former and its links. */
  accountId: z.string(),
  /** As typed. */
  newAddress: z.string(),
  newNormalized: z.string(),
  oldNormalized: z.string(),
  /** Of the account at the request: whatever ends sign-ins ends this, too (X4). */
  epoch: z.int(),
  /** SHA-256 of the tokens; they themselves are in the mails only. */
  oldToken: z.string(),
  newToken: z.string(),
  oldConfirmedAt: z.int().optional(),
  newConfirmedAt: z.int().optional(),
  expiresAt: z.int(),
});
export type StoredAddressChange = z.infer<typeof addressChangeSchema>;

export type AddressChangeStore = ReturnType<typeof createAddressChangeStore>;

export function createAddressChangeStore(storage: Storage) {
  const changes = storage.collection<StoredAddressChange>({
    name: 'address-changes',
    schema: addressChangeSchema,
    key: 'accountId',
    index: { byOldToken: ['oldToken'], byNewToken: ['newToken'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
  });
  const FIELD = { old: 'oldConfirmedAt', new: 'newConfirmedAt' } as const;

  async function byIndex(index: string, hash: string): Promise<StoredAddressChange | undefined> {
    return (await changes.find({ index, equals: [hash], limit: 1 })).items[0];
  }

  return {
    of: (accountId: string) => changes.get(accountId),
    save: (change: StoredAddressChange, emit: readonly Emission[]) => changes.put(change, { emit }),
    async byToken(token: string): Promise<{ change: StoredAddressChange; side: AddressSide } | undefined> {
      const hash = sha256(token);
      const ofOld = await byIndex('byOldToken', hash);
      if (ofOld) return { change: ofOld, side: 'old' };
      const ofNew = await byIndex('byNewToken', hash);
      return ofNew && { change: ofNew, side: 'new' };
    },
    /** Undefined when another change, or none, has taken its place. */
    confirm: (change: StoredAddressChange, side: AddressSide, now: number) =>
      changes.update(change.accountId, (stored) =>
        stored.newToken === change.newToken
          ? { ...stored, [FIELD[side]]: stored[FIELD[side]] ?? now }
          : undefined,
      ),
    end: (accountId: string) => changes.delete(accountId),
  };
}
