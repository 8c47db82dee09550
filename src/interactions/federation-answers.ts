import { z } from 'zod';
import { type Clock, MINUTE } from '#kernel';
import type { Storage } from '#storage';
import { type Progress, primaryProofSchema, withIdentifier } from './progress.ts';

/**
 * What came back from an IdP. The interaction's cookie is bound to its own path, so that the callback can't open the
 * interaction: it leaves the answer here, and the dispatcher takes it, in the same browser, once.
 */
const answerSchema = z.strictObject({
  /** The interaction's uid and the browser's digest: no other browser's answer gets into this one's way. */
  id: z.string(),
  proof: primaryProofSchema.optional(),
  /** Address of the account, so that the journey goes on with it. */
  address: z.strictObject({ normalized: z.string(), display: z.string(), domain: z.string() }).optional(),
  problem: z.string().optional(),
  expiresAt: z.int(),
});
type Answer = z.infer<typeof answerSchema>;
export type FederationAnswer = Pick<Answer, 'proof' | 'address' | 'problem'>;

export interface FederationAnswers {
  leave(answer: FederationAnswer & { uid: string; browser: string }): Promise<void>;
  take(uid: string, browser: string): Promise<FederationAnswer | undefined>;
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
    key: 'id',
    expiresAt: 'expiresAt',
    durability: 'volatile',
  });
  const idOf = (uid: string, browser: string) => `${uid}.${browser}`;
  return {
    async leave({ uid, browser, ...answer }) {
      await collection.put({ ...answer, id: idOf(uid, browser), expiresAt: clock.now() + 5 * MINUTE });
    },
    take: (uid, browser) => collection.consume(idOf(uid, browser)),
  };
}

/** A proof begins anew: what was under way may have been another person's, the secrets shown above all. */
export function withAnswer(progress: Progress, { proof, address, problem }: FederationAnswer): Progress {
  const { federationProblem: _former, ...before } = progress;
  if (problem) return { ...before, federationProblem: problem };
  return proof && address ? { ...withIdentifier(before, address), primary: proof } : before;
}
