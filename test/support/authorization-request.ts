import { createHash, randomBytes } from 'node:crypto';

/** Nobody listens there: browsers of tests stop before it. */
export const REDIRECT_URI = 'http://127.0.0.1:9/callback';

/** The portal's request by code and PKCE, without a library: bench and fault runs make thousands. */
export function authorizationRequest(params: Record<string, string> = {}): {
  path: string;
  verifier: string;
} {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: 'portal',
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email',
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...params,
  });
  return { path: `/auth?${query}`, verifier };
}
