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

export const systemRandomness: Randomness = {
  id: () => randomBytes(16).toString('base64url'),
  token: () => randomBytes(32).toString('base64url'),
  digits: (length) => Array.from({ length }, () => randomInt(10)).join(''),
  bytes: (length) => randomBytes(length),
};
