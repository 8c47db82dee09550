import { z } from 'zod';
import { type Clock, MINUTE } from '#kernel';
import type { Storage } from '#storage';
import { primaryProofSchema } from './progress.ts';

/**
 * What came back from an IdP. The interaction's cookie is bound to its own path, so that the callback can't open the
 * interaction: it leaves the answer here, and the dispatcher takes it, in the same browser, once.
 */
const answerSchema = z.strictObject({
  /** The interaction's uid. */
  uid: z.string(),
  browser: z.string(),
  proof: primaryProofSchema.optional(),
  /** Address of the account, so that the journey goes on with it. */
  address: z.strictObject({ normalized: z.string(), display: z.string(), domain: z.string() }).optional(),
  problem: z.string().optional(),
  expiresAt: z.int(),
});
type Answer = z.infer<typeof answerSchema>;

export interface FederationAnswers {
  leave(answer: Omit<Answer, 'expiresAt'>): Promise<void>;
  take(uid: string, browser: string): Promise<Pick<Answer, 'proof' | 'address' | 'problem'> | undefined>;
}

export function createFederationAnswers({
  storage,
  clock,
}: {
  storage: Storage;
  clock: Clock;
}): FederationAnswers {
  const collection = storage.collection<Answer>({
    name: 'federation-answers',
    schema: answerSchema,
    key: 'uid',
    expiresAt: 'expiresAt',
    durability: 'volatile',
  });
  return {
    async leave(answer) {
      await collection.put({ ...answer, expiresAt: clock.now() + 5 * MINUTE });
    },
    async take(uid, browser) {
      const waiting = await collection.get(uid);
      if (waiting?.browser !== browser) return undefined;
      return collection.consume(uid);
    },
  };
}
