import { REDIRECT_URI } from './relying-party.ts';

/** An API whose access tokens are JWTs. */
export const API = 'https://api.example/';

export const RESOURCES = [{ indicator: API, scopes: ['read', 'write'], accessTokenTtlSeconds: 120 }];

const CODE_AND_REFRESH = ['authorization_code', 'refresh_token'];

/** A client entry of the bootstrap file: confidential and first-party where nothing else is said. */
export function client(clientId: string, more: object = {}): object {
  return {
    client_id: clientId,
    client_secret: `${clientId}-secret`,
    client_name: `The ${clientId}`,
    redirect_uris: [REDIRECT_URI],
    post_logout_redirect_uris: ['http://127.0.0.1:9/goodbye'],
    grant_types: CODE_AND_REFRESH,
    first_party: true,
    ...more,
  };
}

/** Without a secret: an application in the browser or on a phone. */
export function publicClient(clientId: string, more: object = {}): object {
  const { client_secret: _none, ...entry } = client(clientId, more) as Record<string, unknown>;
  return { ...entry, token_endpoint_auth_method: 'none' };
}

/** A program that acts for itself. */
export function machine(clientId: string): object {
  return client(clientId, {
    redirect_uris: [],
    post_logout_redirect_uris: [],
    grant_types: ['client_credentials'],
  });
}
