import { z } from 'zod';
import { HOUR } from '#kernel';
import type { Storage } from '#storage';

const sentCodeSchema = z.strictObject({
  /** Digest of channel, purpose, account and binding: one code for each, the newest (G10). */
  id: z.string(),
  accountId: z.string(),
  /** Number or address; sealed. */
  receiver: z.string(),
  /** Of a number. */
  country: z.string().optional(),
  /** Keyed hash; the code itself is kept by nobody. */
  hash: z.string(),
  /** Of the method at log-in: a code for one that was replaced meanwhile is worth nothing. */
  methodVersion: z.int().optional(),
  /** Asked for in a browser that is no known device of the account. */
  strange: z.literal(true).optional(),
  tries: z.int(),
  sentAt: z.int(),
  validUntil: z.int(),
  usedAt: z.int().optional(),
  /** Of the message, to ask what became of it. */
  messageId: z.string(),
  expiresAt: z.int(),
});
export type StoredSentCode = z.infer<typeof sentCodeSchema>;

export interface SentCodeStore {
  get(id: string): Promise<StoredSentCode | undefined>;
  /** The one valid code from now on: the former is void. */
  replace(code: Omit<StoredSentCode, 'tries' | 'expiresAt'>): Promise<void>;
  /** Counts a try at this code; false when it has had all of them. */
  takeTry(id: string, limit: number): Promise<boolean>;
  /** Exactly one caller is told true (X30), and only while it is still this code. */
  use(id: string, hash: string, now: number): Promise<boolean>;
}

export function createSentCodeStore(storage: Storage): SentCodeStore {
  const codes = storage.collection<StoredSentCode>({
    name: 'sent-codes',
    schema: sentCodeSchema,
    key: 'id',
    expiresAt: 'expiresAt',
    durability: 'volatile',
    sealed: ['receiver'],
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
