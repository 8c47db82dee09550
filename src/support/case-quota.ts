import { z } from 'zod';
import { AppError, type Clock, DAY, SECOND, sha256 } from '#kernel';
import type { Storage } from '#storage';

const CASES_A_DAY = 20;

const quotaSchema = z.strictObject({ id: z.string(), count: z.int(), expiresAt: z.int() });

/**
 * Counts the cases of one network on one day (UTC). Declares its collection: to be called before the storage opens.
 * What it returns rejects with AppError 'too-many-requests' (429) beyond twenty.
 */
export function createCaseQuota({ storage, clock }: { storage: Storage; clock: Clock }) {
  const quotas = storage.collection({
    name: 'support-quotas',
    schema: quotaSchema,
    key: 'id',
    expiresAt: 'expiresAt',
    durability: 'volatile',
  });

  return async function countCase(network: string): Promise<void> {
    const now = clock.now();
    const end = now - (now % DAY) + DAY;
    const id = `${sha256(network)}:${end}`;
    const initial = { id, count: 0, expiresAt: end };
    const { allowed } = await quotas.increment(id, 'count', { limit: CASES_A_DAY, initial });
    if (allowed) return;
    const retryAfterSeconds = Math.ceil((end - now) / SECOND);
    throw new AppError('too-many-requests', 429, { params: { retryAfterSeconds } });
  };
}
