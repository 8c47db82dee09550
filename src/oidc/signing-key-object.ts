import { createPrivateKey, createPublicKey, type KeyObject, type SigningOptions, sign } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';

/**
 * A private key of ours that signs on the spot. The library's own way through WebCrypto hands each signature to another
 * thread, which costs more than an ES256 signature itself (measured: 120 µs against 34).
 */
export class SigningKeyObject extends ExternalSigningKey {
  readonly #public: KeyObject;
  readonly #private: KeyObject | (SigningOptions & { key: KeyObject });
  readonly #digest: string | null;

  /** `jwk`: private, with its `kid` and `alg` (RS256, ES256 or EdDSA). */
  constructor(jwk: Record<string, unknown>) {
    super();
    const { kid, alg } = jwk as { kid: string; alg: string };
    const key = createPrivateKey({ key: jwk, format: 'jwk' });
    Object.assign(this, { kid, alg });
    this.#public = createPublicKey(key);
    // JWS wants the two numbers of an ECDSA signature side by side (RFC 7518 3.4), not in DER.
    this.#private = alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key;
    this.#digest = alg === 'EdDSA' ? null : 'sha256';
  }

  override keyObject(): KeyObject {
    return this.#public;
  }

  override async sign(data: Uint8Array): Promise<Buffer> {
    return sign(this.#digest, data, this.#private);
  }
}
