import { z } from 'zod';
import { AppError, type Clock, MINUTE, SECOND, sha256 } from '#kernel';
import type { Collection, Storage } from '#storage';

const windowSchema = z.strictObject({ id: z.string(), count: z.int(), expiresAt: z.int() });
type Window = z.infer<typeof windowSchema>;

/** Counts requests in fixed windows of a minute, over all nodes. */
export interface Limiter {
  /**
   * Counts one request of `subject` (a network, an account).
   * @throws AppError 'too-many-requests' (429, `retryAfterSeconds`) beyond `perMinute`
   */
  count(bucket: string, subject: string, perMinute: number): Promise<void>;
}

/** Declares its collection: create it before the storage is opened. */
export function createLimiter({ storage, clock }: { storage: Storage; clock: Clock }): Limiter {
  const windows: Collection<Window> = storage.collection({
    name: 'rate-windows',
    schema: windowSchema,
    key: 'id',
    expiresAt: 'expiresAt',
    durability: 'volatile',
  });
  return {
    async count(bucket, subject, perMinute) {
      const now = clock.now();
      const start = now - (now % MINUTE);
      // Hashed, so that the key is short, of one alphabet and tells no address.
      const id = `${bucket}:${sha256(subject)}:${start}`;
      const initial = { id, count: 0, expiresAt: start + 2 * MINUTE };
      const { allowed } = await windows.increment(id, 'count', { limit: perMinute, initial });
      if (allowed) return;
      const retryAfterSeconds = Math.ceil((start + MINUTE - now) / SECOND);
      throw new AppError('too-many-requests', 429, { params: { retryAfterSeconds } });
    },
  };
}
