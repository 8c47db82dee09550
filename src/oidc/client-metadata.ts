import { type ClientMetadata, errors, type Provider } from 'oidc-provider';
import type { Client } from '#clients';
import { SCOPES } from './claims.ts';

/** Our own metadata that the library keeps on its client objects. */
export const EXTRA_CLIENT_METADATA = ['first_party', 'payments', 'own_page', 'accepts_invitation'];

const OURS = new Set(['enabled', 'source', 'createdAt', 'updatedAt']);

/** The client record in the library's terms. Disabled clients don't exist for anyone (X8). */
export function toClientMetadata(client: Client | undefined): ClientMetadata | undefined {
  if (!client?.enabled) return undefined;
  const { scope, ...metadata } = Object.fromEntries(Object.entries(client).filter(([key]) => !OURS.has(key)));
  const grants = client.grant_types;
  const usesRedirects = !grants || grants.includes('authorization_code');
  const ownScopes = typeof scope === 'string' ? scopesOfOurs(scope) : [];
  return {
    ...(ownScopes.length > 0 && { scope: ownScopes.join(' ') }),
    ...(usesRedirects ? {} : { response_types: [] }),
    ...(client.client_secret || metadata['token_endpoint_auth_method']
      ? {}
      : { token_endpoint_auth_method: 'none' }),
    ...metadata,
  } as unknown as ClientMetadata;
}

/** A client's `scope` may name scopes of APIs, too; the library knows the server's own only. */
function scopesOfOurs(scope: string): string[] {
  return scope.split(' ').filter((name) => SCOPES.includes(name));
}

/** The scopes of an API that a client may be given: all, unless its `scope` names some of them. */
export function allowedApiScopes(client: Client | undefined, scopes: readonly string[]): string[] {
  const declared = client?.['scope'];
  if (typeof declared !== 'string') return [...scopes];
  const names = new Set(declared.split(' '));
  return scopes.filter((scope) => names.has(scope));
}

/** The library validates a client when it is first used; this asks at once. */
export async function refusedClients(provider: Provider, clientIds: readonly string[]) {
  const refused: { clientId: string; problem: string }[] = [];
  for (const clientId of clientIds) {
    try {
      await provider.Client.find(clientId);
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error;
      refused.push({ clientId, problem: error.error_description ?? error.message });
    }
  }
  return refused;
}
