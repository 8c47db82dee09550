import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { type Clock, HOUR, MINUTE } from '#kernel';
import type { Storage } from '#storage';

export const SIGNING_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** Relying parties may keep a JWKS this long: a new key is published so long before it signs (X45). */
const PUBLISH_AHEAD_MS = 15 * MINUTE;
/** The longest life of a token that the key signed (ID tokens: one hour), plus the JWKS cache. */
const KEEP_AFTER_MS = HOUR + PUBLISH_AHEAD_MS;

const signingKeySchema = z.strictObject({
  kid: z.string(),
  alg: z.enum(SIGNING_ALGORITHMS),
  /** Private JWK; sealed. */
  jwk: z.record(z.string(), z.unknown()),
  createdAt: z.int(),
  signsFrom: z.int(),
  /** From when it signs no more, set by the rotation. */
  signsUntil: z.int().optional(),
  expiresAt: z.int().optional(),
});
type SigningKey = z.infer<typeof signingKeySchema>;

export interface SigningKeys {
  /** Private JWKs, the signing one of each algorithm first; makes the first keys when there are none. */
  jwks(): Promise<{ keys: Record<string, unknown>[] }>;
  /** Publishes new keys that sign from `PUBLISH_AHEAD_MS` on; the old ones stay as long as their tokens live. */
  rotate(): Promise<void>;
  /** The next instant at which the order of keys changes. */
  nextChange(): Promise<number | undefined>;
}

export const SIGNING_KEYS = 'signing-keys';

export function createSigningKeys({ storage, clock }: { storage: Storage; clock: Clock }): SigningKeys {
  const collection = storage.collection<SigningKey>({
    name: SIGNING_KEYS,
    schema: signingKeySchema,
    key: 'kid',
    index: { byCreation: ['createdAt'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
    sealed: ['jwk'],
  });
  const all = async () => (await collection.find({ index: 'byCreation' })).items;

  async function make(alg: SigningAlgorithm, signsFrom: number): Promise<void> {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = await exportJWK(privateKey);
    const kid = await calculateJwkThumbprint(jwk);
    await collection.insert({
      kid,
      alg,
      jwk: { ...jwk, kid, alg, use: 'sig' },
      createdAt: clock.now(),
      signsFrom,
    });
  }

  async function jwks() {
    let keys = await all();
    for (const alg of SIGNING_ALGORITHMS) {
      if (!keys.some((key) => key.alg === alg)) await make(alg, clock.now());
    }
    if (keys.length < SIGNING_ALGORITHMS.length) keys = await all();
    const now = clock.now();
    return { keys: [...keys].sort((a, b) => rank(a, now) - rank(b, now)).map((key) => key.jwk) };
  }

  async function rotate() {
    const now = clock.now();
    const old = (await all()).filter((key) => key.signsUntil === undefined);
    for (const alg of SIGNING_ALGORITHMS) await make(alg, now + PUBLISH_AHEAD_MS);
    const signsUntil = now + PUBLISH_AHEAD_MS;
    for (const key of old) {
      await collection.update(key.kid, (stored) => ({
        ...stored,
        signsUntil,
        expiresAt: signsUntil + KEEP_AFTER_MS,
      }));
    }
  }

  return {
    jwks,
    rotate,
    async nextChange() {
      const now = clock.now();
      const instants = (await all()).flatMap((key) => [key.signsFrom, key.signsUntil, key.expiresAt]);
      return instants.filter((at): at is number => at !== undefined && at > now).sort((a, b) => a - b)[0];
    },
  };
}

/** Signing now (newest first) before coming, coming before retired. */
function rank(key: SigningKey, now: number): number {
  const state = key.signsFrom > now ? 1 : key.signsUntil !== undefined && key.signsUntil <= now ? 2 : 0;
  return state * 1e15 - key.createdAt;
}
