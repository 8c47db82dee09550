import { randomBytes, randomInt } from 'node:crypto';

/** The only source of randomness; cryptographically secure. */
export interface Randomness {
  /** A short public identifier: 128 bits, base64url, 22 characters. */
  id(): string;
  /** A bearer value: 256 bits, base64url, 43 characters. */
  token(): string;
  /** `length` decimal digits, each uniform. */
  digits(length: number): string;
  bytes(length: number): Buffer;
}

const ID_BYTES = 16;
const POOLED_IDS = 128;

/** Public identifiers, made many at a time: one needs no round trip to the system's source of its own. */
function createIds(): () => string {
  let pool = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === pool.length) {
      pool = randomBytes(ID_BYTES * POOLED_IDS);
      used = 0;
    }
    used += ID_BYTES;
    return pool.toString('base64url', used - ID_BYTES, used);
  };
}

export const systemRandomness: Randomness = {
  id: createIds(),
  token: () => randomBytes(32).toString('base64url'),
  digits: (length) => Array.from({ length }, () => randomInt(10)).join(''),
  bytes: (length) => randomBytes(length),
};
