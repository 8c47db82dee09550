import { createHash } from 'node:crypto';
import type { ClientMetadata, Provider } from 'oidc-provider';
import { equalInConstantTime } from '#kernel';

/**
 * A part of our own pages as a client of this server: it comes through the authorization endpoint like any relying party, so
 * that terms, idle time, company choice and step-up hold there too. It lives in the program, not in the storage.
 */
export interface OwnClient {
  clientId: string;
  name: string;
  redirectUri: string;
}

/** Public, with PKCE, for a code that is redeemed in this process. */
export function ownClientMetadata(clients: readonly OwnClient[], id: string): ClientMetadata | undefined {
  const own = clients.find(({ clientId }) => clientId === id);
  return (
    own && {
      client_id: own.clientId,
      client_name: own.name,
      redirect_uris: [own.redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
      first_party: true,
      payments: false,
      own_page: true,
    }
  );
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
): Promise<{ accountId: string; sessionUid: string } | undefined> {
  const found = await provider.AuthorizationCode.find(code);
  if (!found?.isValid || found.clientId !== clientId || found.redirectUri !== redirectUri) return undefined;
  const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
  if (!equalInConstantTime(challenge, found.codeChallenge ?? '')) return undefined;
  await found.consume();
  const { accountId, sessionUid } = found;
  return accountId && sessionUid ? { accountId, sessionUid } : undefined;
}
