import { z } from 'zod';
import { MINUTE, sha256 } from '#kernel';
import type { Storage } from '#storage';

const flowSchema = z.strictObject({
  /** SHA-256 of `state`. */
  id: z.string(),
  connectionId: z.string(),
  interactionUid: z.string(),
  browserHash: z.string(),
  codeVerifier: z.string(),
  nonce: z.string(),
  /** Seconds; set when the answer's auth_time must be checked. */
  maxAge: z.int().nonnegative().optional(),
  reauthOf: z.string().optional(),
  startedAt: z.int(),
  expiresAt: z.int(),
});
/** One round trip to an identity provider, between leaving and coming back. */
export type Flow = z.infer<typeof flowSchema>;

export const FLOW_LIFETIME_MS = 15 * MINUTE;

export interface Flows {
  begin(state: string, flow: Omit<Flow, 'id'>): Promise<void>;
  /** Looks without using the flow up. */
  peek(state: string): Promise<Flow | undefined>;
  /** Exactly one caller gets the flow. */
  take(state: string): Promise<Flow | undefined>;
}

export function createFlows(storage: Storage): Flows {
  const store = storage.collection<Flow>({
    name: 'federation-flows',
    schema: flowSchema,
    key: 'id',
    expiresAt: 'expiresAt',
    durability: 'volatile',
    sealed: ['codeVerifier', 'nonce'],
  });
  return {
    begin: (state, flow) => store.insert({ id: sha256(state), ...flow }),
    peek: (state) => store.get(sha256(state)),
    take: (state) => store.consume(sha256(state)),
  };
}
