import { createHash } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { equalInConstantTime } from '#kernel';

/**
 * The `nonce` with which our own pages ask for a first proof of this very request (G27). It is refused without `prompt=login`
 * and, unlike that, written in the code: whoever changes the request on its way gets a code that says so.
 */
export const FRESH_LOG_IN = 'fresh-log-in';

export interface RedeemedCode {
  accountId: string;
  sessionUid: string;
  /** The code comes of a request that no session answered in silence. */
  isFreshLogIn: boolean;
}

export interface CodeToRedeem {
  code: string;
  clientId: string;
  redirectUri: string;
  codeVerifier: string;
}

/** The sign-in that the code stands for; undefined unless it is this client's, unused, unexpired and its verifier's (RFC 7636 4.6). */
export async function redeemCode(
  provider: Provider,
  { code, clientId, redirectUri, codeVerifier }: CodeToRedeem,
): Promise<RedeemedCode | undefined> {
  const found = await provider.AuthorizationCode.find(code);
  if (!found?.isValid || found.clientId !== clientId || found.redirectUri !== redirectUri) return undefined;
  const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
  if (!equalInConstantTime(challenge, found.codeChallenge ?? '')) return undefined;
  await found.consume();
  const { accountId, sessionUid, nonce } = found;
  return accountId && sessionUid
    ? { accountId, sessionUid, isFreshLogIn: nonce === FRESH_LOG_IN }
    : undefined;
}
