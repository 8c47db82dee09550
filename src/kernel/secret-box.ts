import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals values at rest with AES-256-GCM. Keys are derived per purpose by HKDF-SHA-256 from SECRET_KEYS (newest first):
 * the newest seals, any of them opens. A sealed value is `keyId.base64url(nonce ‖ ciphertext ‖ tag)`, bound to its context.
 */
export interface SecretBox {
  seal(context: string, plaintext: string): string;
  /** @throws Error when the value was altered, moved to another context, or its key is gone */
  open(context: string, sealed: string): string;
  /** True when the value was sealed with an older key than the newest. */
  isStale(sealed: string): boolean;
  /** Keyed hash of a private value that must be looked up (an HMAC index), by the oldest key so that it stays stable. */
  blindIndex(purpose: string, value: string): string;
  /** Signing keys of a purpose, newest first, base64url: for cookies and form tokens. */
  keysFor(purpose: string): string[];
}

interface DerivedKey {
  id: string;
  key: KeyObject;
}

export function createSecretBox(secretKeys: readonly string[]): SecretBox {
  if (secretKeys.length === 0) throw new Error('at least one secret key is needed');
  const derive = (secret: string, purpose: string) =>
    Buffer.from(hkdfSync('sha256', secret, 'gatehouse', purpose, 32));
  const sealing: DerivedKey[] = secretKeys.map((secret) => ({
    id: createHash('sha256').update(derive(secret, 'key-id')).digest('base64url').slice(0, 8),
    // Key objects: OpenSSL fetches the cipher anew for each raw key, at twice the price of the whole rest.
    key: createSecretKey(derive(secret, 'seal')),
  }));
  const newest = sealing[0] as DerivedKey;
  const oldest = secretKeys[secretKeys.length - 1] as string;
  const indexKeys = new Map<string, Buffer>();
  /** Purposes are few and fixed. */
  const indexKey = (purpose: string) => {
    const key = indexKeys.get(purpose) ?? derive(oldest, `index:${purpose}`);
    indexKeys.set(purpose, key);
    return key;
  };

  return {
    seal(context, plaintext) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newest.key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([
        nonce,
        cipher.update(plaintext, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return `${newest.id}.${body.toString('base64url')}`;
    },
    open(context, sealed) {
      const [id, encoded = ''] = sealed.split('.');
      const found = sealing.find((candidate) => candidate.id === id);
      if (!found) throw new Error(`no secret key with id ${id} to open a sealed value of ${context}`);
      const body = Buffer.from(encoded, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', found.key, body.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(body.subarray(-TAG_BYTES));
      const text = decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
      return text + decipher.final('utf8');
    },
    isStale: (sealed) => !sealed.startsWith(`${newest.id}.`),
    blindIndex: (purpose, value) => createHmac('sha256', indexKey(purpose)).update(value).digest('base64url'),
    keysFor: (purpose) => secretKeys.map((secret) => derive(secret, purpose).toString('base64url')),
  };
}
