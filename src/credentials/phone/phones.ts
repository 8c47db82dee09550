import { z } from 'zod';
import { AppError, type Clock } from '#kernel';
import type { Storage } from '#storage';
import type { Phones } from '../credentials.ts';

const phoneSchema = z.strictObject({
  accountId: z.string(),
  /** E.164; sealed (X44). */
  number: z.string(),
  verifiedAt: z.int(),
});

const E164 = /^\+[1-9][0-9]{6,14}$/;

/** Verified phone numbers. Codes by SMS are not sent yet: nobody is offered the method. */
export function createPhones({ storage, clock }: { storage: Storage; clock: Clock }): Phones {
  const phones = storage.collection<z.infer<typeof phoneSchema>>({
    name: 'phones',
    schema: phoneSchema,
    key: 'accountId',
    durability: 'durable',
    sealed: ['number'],
  });
  return {
    async importPhone(accountId, e164) {
      if (!E164.test(e164)) throw new AppError('phone-invalid', 422);
      await phones.put({ accountId, number: e164, verifiedAt: clock.now() });
    },
    remove: (accountId) => phones.delete(accountId),
    number: async (accountId) => (await phones.get(accountId))?.number,
    async status(accountId) {
      const stored = await phones.get(accountId);
      return stored ? { exists: true, masked: `•••${stored.number.slice(-2)}` } : { exists: false };
    },
  };
}
