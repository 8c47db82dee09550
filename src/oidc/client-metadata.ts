import { type ClientMetadata, errors, type Provider } from 'oidc-provider';
import type { Client } from '#clients';

/** Our own metadata that the library keeps on its client objects. */
export const EXTRA_CLIENT_METADATA = ['first_party', 'payments'];

const OURS = new Set(['enabled', 'source', 'createdAt', 'updatedAt']);

/** The client record in the library's terms. Disabled clients don't exist for anyone (X8). */
export function toClientMetadata(client: Client | undefined): ClientMetadata | undefined {
  if (!client?.enabled) return undefined;
  const metadata = Object.fromEntries(Object.entries(client).filter(([key]) => !OURS.has(key)));
  const grants = client.grant_types;
  const usesRedirects = !grants || grants.includes('authorization_code');
  return {
    ...(usesRedirects ? {} : { response_types: [] }),
    ...(client.client_secret || metadata['token_endpoint_auth_method']
      ? {}
      : { token_endpoint_auth_method: 'none' }),
    ...metadata,
  } as unknown as ClientMetadata;
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
