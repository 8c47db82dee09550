/** How the test identity provider answers; everything unset is as a good provider does it. Set through `POST /control`. */
export interface Mode {
  /** What is wrong with the ID token (X9). */
  token?:
    | 'alg-none'
    | 'hs256-client-secret'
    | 'wrong-key'
    | 'unknown-kid'
    | 'wrong-iss'
    | 'wrong-aud'
    | 'extra-aud'
    | 'wrong-azp'
    | 'expired'
    | 'future-iat'
    | 'future-nbf'
    | 'missing-nonce'
    | 'wrong-nonce'
    | 'missing-sub'
    | 'missing-exp'
    | 'bad-signature'
    | 'none-at-all';
  /** Merged over the ID token's claims; null removes one. */
  claims?: Record<string, unknown>;
  /** Merged over userinfo's claims; null removes one. */
  userinfo?: Record<string, unknown>;
  /** End points that answer with this status and a body that must never be shown. */
  status?: Partial<Record<Endpoint, number>>;
  /** End points that answer only after so many milliseconds. */
  delayMs?: Partial<Record<Endpoint, number>>;
  /** The authorization endpoint answers with this error after the form. */
  error?: string;
  /** Another `iss` response parameter (RFC 9207); null leaves it out. */
  responseIss?: string | null;
  /** Makes a new signing key and drops the old one at once. */
  rotateKeys?: boolean;
  /** Merged over the discovery document; null removes one. */
  metadata?: Record<string, unknown>;
  /** Takes Basic credentials as they stand, as some providers do, instead of form-decoding them (RFC 6749 2.3.1). */
  rawBasic?: boolean;
  /** Seconds added to the provider's clock. */
  clockOffset?: number;
  /** Seconds between the last proof and now; a re-authentication is then ignored. */
  authAge?: number;
}

export type Endpoint = 'discovery' | 'jwks' | 'token' | 'userinfo';
