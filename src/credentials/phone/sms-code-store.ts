import { z } from 'zod';
import { HOUR } from '#kernel';
import type { Storage } from '#storage';

const smsCodeSchema = z.strictObject({
  /** Digest of purpose, account and binding: one code for each, the newest (G10). */
  id: z.string(),
  accountId: z.string(),
  /** E.164; sealed. */
  number: z.string(),
  country: z.string().optional(),
  /** Keyed hash; the code itself is kept by nobody. */
  hash: z.string(),
  /** Of the phone at log-in: a code to a number that was replaced meanwhile is worth nothing. */
  phoneVersion: z.int().optional(),
  tries: z.int(),
  sentAt: z.int(),
  validUntil: z.int(),
  usedAt: z.int().optional(),
  /** Of the message, to ask what became of it. */
  messageId: z.string(),
  expiresAt: z.int(),
});
export type StoredSmsCode = z.infer<typeof smsCodeSchema>;

export interface SmsCodeStore {
  get(id: string): Promise<StoredSmsCode | undefined>;
  /** The one valid code from now on: the former is void. */
  replace(code: Omit<StoredSmsCode, 'tries' | 'expiresAt'>): Promise<void>;
  /** Counts a try at this code; false when it has had all of them. */
  takeTry(id: string, limit: number): Promise<boolean>;
  /** Exactly one caller is told true (X30), and only while it is still this code. */
  use(id: string, hash: string, now: number): Promise<boolean>;
}

export function createSmsCodeStore(storage: Storage): SmsCodeStore {
  const codes = storage.collection<StoredSmsCode>({
    name: 'sms-codes',
    schema: smsCodeSchema,
    key: 'id',
    expiresAt: 'expiresAt',
    durability: 'volatile',
    sealed: ['number'],
  });
  return {
    get: (id) => codes.get(id),
    // Kept beyond its validity, so that "expired" can be told from "wrong" (G10).
    replace: (code) => codes.put({ ...code, tries: 0, expiresAt: code.validUntil + HOUR }),
    async takeTry(id, limit) {
      if (!(await codes.get(id))) return false;
      return (await codes.increment(id, 'tries', { limit })).allowed;
    },
    async use(id, hash, now) {
      const used = await codes.update(id, (code) =>
        code.hash === hash && code.usedAt === undefined && now < code.validUntil
          ? { ...code, usedAt: now }
          : undefined,
      );
      return used !== undefined;
    },
  };
}
