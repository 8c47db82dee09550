import * as client from 'openid-client';
import type { Clock } from '#kernel';
import type { Connection } from '../../connection.ts';
import type { GuardedFetch } from '../../guarded-fetch.ts';
import { presets } from '../../presets.ts';
import type { AuthorizationAnswer, AuthorizationRequest, Connector } from '../connector.ts';
import { clientAuthentication } from './client-authentication.ts';
import { createDiscoveryCache, type Published } from './discovery-cache.ts';
import { ALLOWED_ALGORITHMS, checkIdToken, emailIn, identityOf } from './id-token.ts';
import { InvalidAnswer, mayBeOutdated, upstreamProblem } from './upstream-failure.ts';

interface OidcConnectorParts {
  fetch: GuardedFetch['fetch'];
  clock: Clock;
  production: boolean;
}

// The library looks once more for an unknown `kid` only when the keys are over 60 s old (and uses none over 300 s).
const KEY_AGE_THAT_ALLOWS_ONE_REFETCH_S = 120;

/** OpenID Connect's authorization code flow with PKCE, through openid-client (OpenID Connect Core 3.1). */
export function createOidcConnector(parts: OidcConnectorParts): Connector & { close(): Promise<void> } {
  const { clock, production } = parts;
  const customFetch: client.CustomFetch = (url, options) =>
    parts.fetch(url, {
      method: options.method,
      headers: options.headers,
      ...(options.body && { body: String(options.body) }),
      ...(options.signal && { signal: options.signal }),
    });
  const insecure = production ? [] : [client.allowInsecureRequests];
  const discovery = createDiscoveryCache(discover, clock);

  async function discover(issuer: string): Promise<client.ServerMetadata> {
    const found = await client.discovery(new URL(issuer), 'discovery', undefined, client.None(), {
      [client.customFetch]: customFetch,
      execute: insecure,
    });
    const metadata = found.serverMetadata();
    // The library takes Entra's `{tenantid}` template for any tenant; we want the issuer that was configured (X9).
    if (URL.parse(metadata.issuer)?.href !== new URL(issuer).href)
      throw new InvalidAnswer('discovery: issuer is another one');
    return metadata;
  }

  function configure(connection: Connection, published: Published): client.Configuration {
    const { id_token_signing_alg_values_supported: offered = ['RS256'] } = published.metadata;
    const config = new client.Configuration(
      {
        ...published.metadata,
        id_token_signing_alg_values_supported: offered.filter((alg) => ALLOWED_ALGORITHMS.includes(alg)),
      },
      connection.clientId,
      {
        [client.clockTolerance]: connection.clockToleranceSeconds,
        // Our clock is the only source of time, the library's own reading included.
        [client.clockSkew]: Math.round((clock.now() - Date.now()) / 1_000),
      },
      clientAuthentication(connection),
    );
    config[client.customFetch] = customFetch;
    for (const extension of insecure) extension(config);
    client.enableNonRepudiationChecks(config);
    return config;
  }

  async function redeem(connection: Connection, answer: AuthorizationAnswer) {
    const published = await discovery.get(connection.issuer);
    const config = configure(connection, published);
    if (published.keys) {
      const uat = Math.floor(Date.now() / 1_000) - KEY_AGE_THAT_ALLOWS_ONE_REFETCH_S;
      client.setJwksCache(config, { jwks: published.keys, uat });
    }
    const tokens = await client.authorizationCodeGrant(config, answer.answerUrl, {
      expectedState: answer.state,
      expectedNonce: answer.nonce,
      pkceCodeVerifier: answer.codeVerifier,
      idTokenExpected: true,
    });
    const keys = client.getJwksCache(config)?.jwks;
    if (keys && JSON.stringify(keys) !== JSON.stringify(published.keys))
      discovery.keepKeys(connection.issuer, keys);
    return { config, tokens };
  }

  async function identify(connection: Connection, answer: AuthorizationAnswer) {
    const { config, tokens } = await redeem(connection, answer);
    const claims = checkIdToken(tokens.claims(), connection, clock.now());
    if (emailIn(claims, presets[connection.preset])) return identityOf(claims, connection, {});
    const more = config.serverMetadata().userinfo_endpoint
      ? await client.fetchUserInfo(config, tokens.access_token, claims.sub)
      : {};
    return identityOf(claims, connection, more);
  }

  return {
    async authorizationUrl(connection, request) {
      try {
        const config = configure(connection, await discovery.get(connection.issuer));
        return {
          outcome: 'url',
          url: client.buildAuthorizationUrl(config, await parametersOf(connection, request)).href,
        };
      } catch (error) {
        return upstreamProblem(error);
      }
    },
    async exchange(connection, answer) {
      try {
        return { outcome: 'identity', identity: await identify(connection, answer) };
      } catch (error) {
        // The next attempt reads them again.
        if (mayBeOutdated(error)) discovery.forget(connection.issuer);
        return upstreamProblem(error);
      }
    },
    close: discovery.close,
  };
}

async function parametersOf(
  connection: Connection,
  request: AuthorizationRequest,
): Promise<Record<string, string>> {
  return {
    redirect_uri: request.redirectUri,
    scope: connection.scopes.join(' '),
    state: request.state,
    nonce: request.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(request.codeVerifier),
    code_challenge_method: 'S256',
    ...(request.loginHint && { login_hint: request.loginHint }),
    ...(request.uiLocales && { ui_locales: request.uiLocales }),
    ...(request.maxAge !== undefined && { max_age: String(request.maxAge) }),
    ...(request.prompt && { prompt: request.prompt }),
    ...(request.acrValues?.length && { acr_values: request.acrValues.join(' ') }),
  };
}
