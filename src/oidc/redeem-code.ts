import { createHash } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { equalInConstantTime } from '#kernel';

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
): Promise<{ accountId: string; sessionUid: string } | undefined> {
  const found = await provider.AuthorizationCode.find(code);
  if (!found?.isValid || found.clientId !== clientId || found.redirectUri !== redirectUri) return undefined;
  const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
  if (!equalInConstantTime(challenge, found.codeChallenge ?? '')) return undefined;
  await found.consume();
  const { accountId, sessionUid } = found;
  return accountId && sessionUid ? { accountId, sessionUid } : undefined;
}
