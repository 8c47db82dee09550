import { z } from 'zod';
import type { Clock } from '#kernel';
import type { Storage } from '#storage';

const trySchema = z.strictObject({
  /** `${purpose}:${subject}`. */
  id: z.string(),
  /** The account, or whom else the counter is about: what `clear` goes by. */
  subject: z.string(),
  count: z.int(),
  /** When the counter was first met full. */
  fullSince: z.int().optional(),
  /** End of the window; absent for a counter that only a success or an unlock clears. */
  expiresAt: z.int().optional(),
});

export interface TrySlot {
  /** What is counted, with the device where devices have their own counter. */
  purpose: string;
  subject: string;
}

/** Tries are counted before the work, atomically: however many come at once, no more than `limit` are evaluated. */
export interface TryCounter {
  /** `windowMs`: the window starts with its first try; absent: the counter stays. */
  take(
    slot: TrySlot,
    options: { limit: number; windowMs?: number },
  ): Promise<{ allowed: boolean; count: number }>;
  /** How many were taken; 0 before the first. */
  count(slot: TrySlot): Promise<number>;
  /** Undoes one `take`: the try was right, or was never evaluated. */
  giveBack(slot: TrySlot): Promise<void>;
  /** Milliseconds since the counter was first met full; 0 at the first call. */
  fullFor(slot: TrySlot): Promise<number>;
  forget(slot: TrySlot): Promise<void>;
  /** Whether any counter of the subject is above 0. */
  isCounting(subject: string): Promise<boolean>;
  clear(subject: string): Promise<void>;
}

export function createTryCounter({
  storage,
  clock,
  name,
  durability,
}: {
  storage: Storage;
  clock: Clock;
  name: string;
  durability: 'durable' | 'volatile';
}): TryCounter {
  const tries = storage.collection<z.infer<typeof trySchema>>({
    name,
    schema: trySchema,
    key: 'id',
    index: { bySubject: ['subject'] },
    expiresAt: 'expiresAt',
    durability,
  });
  const keyOf = ({ purpose, subject }: TrySlot) => `${purpose}:${subject}`;

  return {
    async take(slot, { limit, windowMs }) {
      const expiry = windowMs === undefined ? {} : { expiresAt: clock.now() + windowMs };
      const initial = { id: keyOf(slot), subject: slot.subject, count: 0, ...expiry };
      const { allowed, value } = await tries.increment(initial.id, 'count', { limit, initial });
      return { allowed, count: value };
    },
    async count(slot) {
      return (await tries.get(keyOf(slot)))?.count ?? 0;
    },
    async giveBack(slot) {
      await tries.increment(keyOf(slot), 'count', { by: -1 });
    },
    async fullFor(slot) {
      const now = clock.now();
      await tries.mark(keyOf(slot), 'fullSince', now);
      return now - ((await tries.get(keyOf(slot)))?.fullSince ?? now);
    },
    async forget(slot) {
      await tries.delete(keyOf(slot));
    },
    async isCounting(subject) {
      const { items } = await tries.find({ index: 'bySubject', equals: [subject] });
      return items.some(({ count }) => count > 0);
    },
    async clear(subject) {
      await tries.deleteWhere({ index: 'bySubject', equals: [subject] });
    },
  };
}
