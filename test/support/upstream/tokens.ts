import { createHmac } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Mode } from './mode.ts';

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

export async function makeKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

export interface Audience {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Epoch seconds. */
  now: number;
}

type Claims = Record<string, unknown>;

/** An ID token with the defect that `mode` names. */
export async function idToken(
  claims: Claims,
  mode: Mode,
  key: SigningKey,
  audience: Audience,
): Promise<string | undefined> {
  const { issuer, clientId, now } = audience;
  const good: Claims = { iss: issuer, aud: clientId, iat: now, exp: now + 300, ...claims };
  const payload = withChanges({ ...good, ...defects(mode, good, now) }, mode.claims);
  switch (mode.token) {
    case 'none-at-all':
      return undefined;
    case 'alg-none':
      return `${encode({ alg: 'none' })}.${encode(payload)}.`;
    case 'hs256-client-secret':
      return signedWithSecret(payload, audience.clientSecret);
    case 'wrong-key':
      return signed(payload, { ...(await makeKey('stranger')), kid: key.kid });
    case 'unknown-kid':
      return signed(payload, { ...key, kid: 'nobody-knows' });
    case 'bad-signature':
      return (await signed(payload, key)).replace(
        /\.[^.]*$/,
        `.${Buffer.alloc(64, 1).toString('base64url')}`,
      );
    default:
      return signed(payload, key);
  }
}

function defects(mode: Mode, good: Claims, now: number): Claims {
  switch (mode.token) {
    case 'wrong-iss':
      return { iss: 'https://other.example' };
    case 'wrong-aud':
      return { aud: 'another-client' };
    case 'extra-aud':
      return { aud: [good['aud'], 'another-client'] };
    case 'wrong-azp':
      return { azp: 'another-client' };
    case 'expired':
      return { iat: now - 7200, exp: now - 3600 };
    case 'future-iat':
      return { iat: now + 3600, exp: now + 7200 };
    case 'future-nbf':
      return { nbf: now + 3600 };
    case 'missing-nonce':
      return { nonce: undefined };
    case 'wrong-nonce':
      return { nonce: 'another-nonce' };
    case 'missing-sub':
      return { sub: undefined };
    case 'missing-exp':
      return { exp: undefined };
    default:
      return {};
  }
}

export function withChanges(claims: Claims, changes: Claims = {}): Claims {
  return Object.fromEntries(Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== null));
}

function signed(payload: Claims, key: SigningKey): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: key.kid }).sign(key.privateKey);
}

function signedWithSecret(payload: Claims, secret: string): string {
  const text = `${encode({ alg: 'HS256' })}.${encode(payload)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
