import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { AppError, type Randomness } from '#kernel';
import { isTooLong, normalizePassword } from '../password/password-rules.ts';
import { createBcryptPool } from './bcrypt-pool.ts';
import { type EncodedHash, PREHASHED_BCRYPT, parseEncodedHash } from './encoded-hash.ts';
import { createWorkGate } from './work-gate.ts';

export interface PasswordHashSettings {
  algorithm: 'argon2id' | 'bcrypt';
  argon2: { memoryKiB: number; timeCost: number; parallelism: number };
  bcrypt: { cost: number };
  /** Hashes computed at once; see `hashesAtOnce`. */
  concurrency?: number;
  /** Further ones that may wait; 64 when absent. */
  maxWaiting?: number;
}

export interface Hasher {
  /** @throws AppError 'password-too-long' (422) beyond 256 characters; 'heavy-load' (503) when too many wait */
  hash(password: string): Promise<string>;
  /** `needsRehash`: right, but made with other settings than today's. @throws AppError 'heavy-load' (503) */
  verify(password: string, encoded: string): Promise<{ ok: boolean; needsRehash: boolean }>;
  isSupported(encoded: string): boolean;
  /** The work of one verification, for people who have nothing to verify against (X28). */
  dummy(password: string): Promise<void>;
  /** Hashes that wait for others to end. */
  waiting(): number;
  close(): Promise<void>;
}

/** Algorithm number of argon2id: the library's const enum can't be imported by name. */
const ARGON2ID = 2;
const SCRYPT_HEADROOM = 2;

const deriveScrypt = promisify<
  string,
  Buffer,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(scrypt);
const derivePbkdf2 = promisify(pbkdf2);

/**
 * One processor stays free for the event loop, on which everybody else's request waits; two hashes leave half of libuv's
 * four threads to signing and files.
 */
function hashesAtOnce(processors: number): number {
  return Math.min(2, Math.max(1, processors - 1));
}

/**
 * Password hashes, never on the event loop: argon2id (OWASP's first choice), scrypt and PBKDF2 on libuv's threads,
 * bcrypt in workers. New hashes by `settings`; the others are what imports bring.
 */
export function createHasher({
  settings,
  randomness,
}: {
  settings: PasswordHashSettings;
  randomness: Randomness;
}): Hasher {
  const { concurrency = hashesAtOnce(availableParallelism()), maxWaiting = 64 } = settings;
  const pool = createBcryptPool(concurrency);
  // Two gates: slow imported bcrypt hashes must not hold up everybody else.
  const native = createWorkGate({ concurrency, maxWaiting });
  const workers = createWorkGate({ concurrency, maxWaiting });
  const decoy = parseEncodedHash(decoyHash(settings, randomness));
  if (!decoy) throw new TypeError('the cost settings of password hashes are out of bounds');

  function compare(password: string, parsed: EncodedHash): Promise<boolean> {
    return parsed.kind === 'bcrypt'
      ? workers(() => pool.verify(password, parsed))
      : native(() => compareNatively(password, parsed));
  }

  return {
    async hash(password) {
      if (isTooLong(password)) throw new AppError('password-too-long', 422);
      const normalized = normalizePassword(password);
      if (settings.algorithm === 'bcrypt') return workers(() => pool.hash(normalized, settings.bcrypt.cost));
      const { memoryKiB, timeCost, parallelism } = settings.argon2;
      const options = { algorithm: ARGON2ID, memoryCost: memoryKiB, timeCost, parallelism };
      return native(() => argon2Hash(normalized, { ...options, salt: randomness.bytes(16) }));
    },
    async verify(password, encoded) {
      const parsed = parseEncodedHash(encoded);
      if (!parsed || isTooLong(password)) return { ok: false, needsRehash: false };
      const ok = await compare(normalizePassword(password), parsed);
      return { ok, needsRehash: ok && !isCurrent(parsed, settings) };
    },
    isSupported: (encoded) => parseEncodedHash(encoded) !== undefined,
    async dummy(password) {
      if (!isTooLong(password)) await compare(normalizePassword(password), decoy);
    },
    waiting: () => native.waiting() + workers.waiting(),
    close: () => pool.close(),
  };
}

async function compareNatively(
  password: string,
  parsed: Exclude<EncodedHash, { kind: 'bcrypt' }>,
): Promise<boolean> {
  if (parsed.kind === 'argon2') return argon2Verify(parsed.encoded, password);
  const { salt, hash } = parsed;
  const derived =
    parsed.kind === 'scrypt'
      ? await deriveScrypt(password, salt, hash.length, scryptOptions(parsed))
      : await derivePbkdf2(password, salt, parsed.iterations, hash.length, parsed.digest);
  return timingSafeEqual(derived, hash);
}

function scryptOptions({ cost, blockSize, parallelism }: Extract<EncodedHash, { kind: 'scrypt' }>) {
  return { N: cost, r: blockSize, p: parallelism, maxmem: 128 * cost * blockSize * SCRYPT_HEADROOM };
}

function isCurrent(parsed: EncodedHash, { algorithm, argon2, bcrypt }: PasswordHashSettings): boolean {
  if (algorithm === 'bcrypt')
    return parsed.kind === 'bcrypt' && parsed.prehashed && parsed.cost === bcrypt.cost;
  return (
    parsed.kind === 'argon2' &&
    parsed.variant === 'argon2id' &&
    parsed.memoryKiB === argon2.memoryKiB &&
    parsed.timeCost === argon2.timeCost &&
    parsed.parallelism === argon2.parallelism
  );
}

/** A hash of today's settings that no password has: its digest is random. */
function decoyHash({ algorithm, argon2, bcrypt }: PasswordHashSettings, randomness: Randomness): string {
  const random = (bytes: number) => randomness.bytes(bytes).toString('base64').replace(/=+$/, '');
  if (algorithm === 'bcrypt') {
    const digits = random(48).replaceAll('+', '.').slice(0, 53);
    return `${PREHASHED_BCRYPT}$2b$${String(bcrypt.cost).padStart(2, '0')}$${digits}`;
  }
  const { memoryKiB, timeCost, parallelism } = argon2;
  return `$argon2id$v=19$m=${memoryKiB},t=${timeCost},p=${parallelism}$${random(16)}$${random(32)}`;
}
