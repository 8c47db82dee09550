/** A stored password hash, taken apart. Costs are bounded: a hash beyond the bounds is not supported. */
export type EncodedHash =
  | {
      kind: 'argon2';
      encoded: string;
      variant: 'argon2id' | 'argon2i';
      memoryKiB: number;
      timeCost: number;
      parallelism: number;
    }
  | { kind: 'bcrypt'; encoded: string; cost: number; prehashed: boolean }
  | { kind: 'scrypt'; blockSize: number; cost: number; parallelism: number; salt: Buffer; hash: Buffer }
  | { kind: 'pbkdf2'; digest: Digest; iterations: number; salt: Buffer; hash: Buffer };

export type Digest = 'sha1' | 'sha256' | 'sha512';

/** Marks bcrypt hashes of our own making, whose password went through HMAC-SHA-384 first (X37). */
export const PREHASHED_BCRYPT = '$bcrypt-sha384';

const ARGON2 =
  /^\$(argon2id|argon2i)\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$[\w+/]{11,86}\$[\w+/]{22,172}$/;
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const SCRYPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/.=]{4,172})\$([\w+/.=]{22,172})$/;
const PBKDF2 =
  /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,7})(?:,l=\d+)?\$([\w+/.=]{4,172})\$([\w+/.=]{22,172})$/;
const DJANGO = /^pbkdf2_(sha1|sha256)\$(\d{1,7})\$([^$]{8,128})\$([\w+/=]{22,172})$/;

/** The bounds of the configuration, and what one import may cost us at each log-in. */
const MAX_ARGON2_KIB = 1_048_576;
const MAX_SCRYPT_KIB = 256 * 1024;

/** `undefined` when the form is unknown or its cost would be an attack on ourselves. */
export function parseEncodedHash(encoded: string): EncodedHash | undefined {
  return parseArgon2(encoded) ?? parseBcrypt(encoded) ?? parseScrypt(encoded) ?? parsePbkdf2(encoded);
}

function parseArgon2(encoded: string): EncodedHash | undefined {
  const match = ARGON2.exec(encoded);
  if (!match) return undefined;
  const variant = match[1] === 'argon2i' ? 'argon2i' : 'argon2id';
  const [memoryKiB, timeCost, parallelism] = [Number(match[2]), Number(match[3]), Number(match[4])];
  const sane = within(memoryKiB, 8, MAX_ARGON2_KIB) && within(timeCost, 1, 20) && within(parallelism, 1, 16);
  return sane ? { kind: 'argon2', encoded, variant, memoryKiB, timeCost, parallelism } : undefined;
}

function parseBcrypt(encoded: string): EncodedHash | undefined {
  const prehashed = encoded.startsWith(PREHASHED_BCRYPT);
  const plain = prehashed ? encoded.slice(PREHASHED_BCRYPT.length) : encoded;
  const match = BCRYPT.exec(plain);
  const cost = Number(match?.[1]);
  return match && within(cost, 4, 16) ? { kind: 'bcrypt', encoded: plain, cost, prehashed } : undefined;
}

function parseScrypt(encoded: string): EncodedHash | undefined {
  const match = SCRYPT.exec(encoded);
  if (!match) return undefined;
  const [log2, blockSize, parallelism] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const cost = 2 ** log2;
  const sane = within(log2, 1, 20) && within(blockSize, 1, 32) && within(parallelism, 1, 16);
  if (!sane || (128 * cost * blockSize) / 1024 > MAX_SCRYPT_KIB) return undefined;
  return { kind: 'scrypt', cost, blockSize, parallelism, salt: decode(match[4]), hash: decode(match[5]) };
}

function parsePbkdf2(encoded: string): EncodedHash | undefined {
  const django = DJANGO.exec(encoded);
  const match = django ?? PBKDF2.exec(encoded);
  const iterations = Number(match?.[2]);
  if (!match || !within(iterations, 1, 5_000_000)) return undefined;
  const digest = (match[1] ?? 'sha1') as Digest;
  // Django takes the salt as text, the others as base64.
  const salt = django ? Buffer.from(match[3] ?? '', 'utf8') : decode(match[3]);
  return { kind: 'pbkdf2', digest, iterations, salt, hash: decode(match[4]) };
}

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

/** Base64 with or without padding; passlib writes `.` for `+`. */
function decode(text = ''): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64');
}

/** A form that an import may bring, of bearable cost. */
export function isSupportedHash(encoded: string): boolean {
  return parseEncodedHash(encoded) !== undefined;
}
