import { z } from 'zod';
import { type Clock, HOUR, MINUTE, SECOND } from '#kernel';
import type { Storage } from '#storage';

const FIRST_WAIT_MS = 30 * SECOND;
const LAST_WAIT_MS = 10 * MINUTE;

const waitSchema = z.strictObject({
  accountId: z.string(),
  sends: z.int(),
  nextAt: z.int(),
  expiresAt: z.int(),
});

/** 30 s, 1 min, 2 min … 10 min after the nth message. */
export function waitAfter(sends: number): number {
  return Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** (sends - 1));
}

/** The wait between two messages for one account, over all of its log-ins. */
export function createSendWait({ storage, clock, name }: { storage: Storage; clock: Clock; name: string }) {
  const waits = storage.collection<z.infer<typeof waitSchema>>({
    name,
    schema: waitSchema,
    key: 'accountId',
    expiresAt: 'expiresAt',
    durability: 'volatile',
  });
  return {
    async take(accountId: string): Promise<{ allowed: boolean; nextAt: number }> {
      const now = clock.now();
      const fresh = (sends: number) => ({
        accountId,
        sends,
        nextAt: now + waitAfter(sends),
        expiresAt: now + HOUR,
      });
      const first = fresh(1);
      if (await waits.insertIfAbsent(first)) return { allowed: true, nextAt: first.nextAt };
      let waitsUntil = first.nextAt;
      const next = await waits.update(accountId, (doc) => {
        waitsUntil = doc.nextAt;
        return doc.nextAt <= now ? fresh(doc.sends + 1) : undefined;
      });
      return next ? { allowed: true, nextAt: next.nextAt } : { allowed: false, nextAt: waitsUntil };
    },
    async isRunning(accountId: string): Promise<boolean> {
      return (await waits.get(accountId)) !== undefined;
    },
    async forget(accountId: string): Promise<void> {
      await waits.delete(accountId);
    },
  };
}
