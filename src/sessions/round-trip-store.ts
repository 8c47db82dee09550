import { z } from 'zod';
import { type Clock, HOUR, sha256 } from '#kernel';
import type { Storage } from '#storage';

const roundTripSchema = z.strictObject({
  /** Digest of `state`. */
  id: z.string(),
  /** Digest of the browser's own cookie: the answer is for no other. */
  browser: z.string(),
  codeVerifier: z.string(),
  /** Path of ours to come back to. */
  returnTo: z.string(),
  expiresAt: z.int(),
});
type RoundTrip = z.infer<typeof roundTripSchema>;

export type RoundTripStore = ReturnType<typeof createRoundTripStore>;

/** What waits here while the person is at the authorization endpoint. */
export function createRoundTripStore({ storage, clock }: { storage: Storage; clock: Clock }) {
  const collection = storage.collection<RoundTrip>({
    name: 'page-round-trips',
    schema: roundTripSchema,
    key: 'id',
    expiresAt: 'expiresAt',
    durability: 'volatile',
    sealed: ['codeVerifier'],
  });
  return {
    async keep(state: string, trip: Omit<RoundTrip, 'id' | 'expiresAt'>): Promise<void> {
      // As long as the log-in page itself lives, and a little more.
      await collection.put({ ...trip, id: sha256(state), expiresAt: clock.now() + 2 * HOUR });
    },
    take: (state: string): Promise<RoundTrip | undefined> => collection.consume(sha256(state)),
  };
}
