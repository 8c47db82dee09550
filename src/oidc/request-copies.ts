import { z } from 'zod';
import { type Clock, DAY, HOUR } from '#kernel';
import type { Storage } from '#storage';

const requestCopySchema = z.strictObject({
  /** The interaction's uid. */
  uid: z.string(),
  /** Digest of the browser's cookie: nobody else restarts it. */
  browser: z.string(),
  clientId: z.string(),
  /** Authorization parameters; sealed. */
  params: z.record(z.string(), z.unknown()),
  /** They were pushed (RFC 9126) and may not be repeated in a query. */
  pushed: z.boolean(),
  expiresAt: z.int(),
});
export type RequestCopy = z.infer<typeof requestCopySchema>;

/** Requests of which this process remembers that it has kept them. */
const MAX_REMEMBERED = 5_000;

/** Our copy of each authorization request outlives its interaction, so that a dead page starts again instead of ending (W4). */
export function createRequestCopies({ storage, clock }: { storage: Storage; clock: Clock }) {
  const collection = storage.collection<RequestCopy>({
    name: 'authorization-requests',
    schema: requestCopySchema,
    key: 'uid',
    expiresAt: 'expiresAt',
    durability: 'volatile',
    sealed: ['params'],
  });
  /** When each was kept for a day: every page of a log-in would do it again. */
  const kept = new Map<string, number>();

  function isKept(uid: string, now: number): boolean {
    const at = kept.get(uid);
    if (at !== undefined && Math.abs(now - at) < HOUR) return true;
    kept.delete(uid);
    kept.set(uid, now);
    const [oldest] = kept.keys();
    if (kept.size > MAX_REMEMBERED && oldest !== undefined) kept.delete(oldest);
    return false;
  }

  return {
    /** As long as its interaction: most requests that nobody looks at are a program's. */
    async keep(request: Omit<RequestCopy, 'expiresAt'>): Promise<void> {
      await collection.put({ ...request, expiresAt: clock.now() + HOUR });
    },

    /** The person has come to a page of it and may come back tomorrow. */
    async keepForDay(uid: string): Promise<void> {
      if (!isKept(uid, clock.now())) await collection.touch(uid, clock.now() + DAY);
    },

    /** The copy, for the browser that made the request. */
    async find(uid: string, browser: string): Promise<RequestCopy | undefined> {
      const copy = await collection.get(uid);
      return copy?.browser === browser ? copy : undefined;
    },

    /** The relying party that asked, for whichever browser: who can't start again is shown the way back to it. */
    async clientOf(uid: string): Promise<string | undefined> {
      return (await collection.get(uid))?.clientId;
    },
  };
}

export type RequestCopies = ReturnType<typeof createRequestCopies>;
