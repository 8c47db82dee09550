import { type ClientAuth, ClientSecretBasic, ClientSecretPost } from 'openid-client';
import type { Connection } from '../../connection.ts';

/** How we prove ourselves at the token endpoint. RFC 6749 2.3.1 form-encodes both parts; some providers never decode them. */
export function clientAuthentication(connection: Connection): ClientAuth {
  const { clientId, clientSecret } = connection;
  switch (connection.tokenEndpointAuthMethod) {
    case 'client_secret_post':
      return ClientSecretPost(clientSecret);
    case 'client_secret_basic_raw':
      return (_server, _client, _body, headers) => {
        headers.set(
          'authorization',
          `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        );
      };
    case 'client_secret_basic':
      return ClientSecretBasic(clientSecret);
  }
}
