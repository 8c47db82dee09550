import type { Clock, Randomness } from '#kernel';
import type { Connections } from './connection-store.ts';
import type { Connector } from './connectors/connector.ts';
import { FLOW_LIFETIME_MS, type Flows } from './flow-store.ts';
import type { BeginOutcome, BeginSignIn, Freshness, SignIn } from './sign-in.ts';

export interface RoundTripParts {
  clock: Clock;
  randomness: Randomness;
  connections: Connections;
  flows: Flows;
  connector: Connector;
}

/** Sends a browser to a connection's identity provider: code flow, PKCE S256, state and nonce (OpenID Connect Core 3.1.2.1). */
export function createBegin(parts: RoundTripParts): SignIn['begin'] {
  const { clock, randomness, connections, flows, connector } = parts;

  return async (request): Promise<BeginOutcome> => {
    const connection = await connections.byId(request.connection.id);
    if (!connection?.enabled)
      return { outcome: 'problem', code: 'federation.disabled', detail: 'connection is disabled or gone' };
    const state = `${request.interactionUid}.${randomness.token()}`;
    const secrets = { nonce: randomness.token(), codeVerifier: randomness.token() };
    const maxAge = maxAgeOf(request.freshness);
    const leaving = await connector.authorizationUrl(connection, {
      redirectUri: connections.callbackUrl(connection.id),
      state,
      ...secrets,
      ...wishesOf(request),
      ...(maxAge !== undefined && { maxAge }),
    });
    if (leaving.outcome === 'problem') return leaving;
    const now = clock.now();
    await flows.begin(state, {
      connectionId: connection.id,
      interactionUid: request.interactionUid,
      browserHash: request.browserHash,
      ...secrets,
      ...(maxAge !== undefined && { maxAge }),
      ...(request.reauthOf && { reauthOf: request.reauthOf }),
      startedAt: now,
      expiresAt: now + FLOW_LIFETIME_MS,
    });
    return { outcome: 'redirect', url: leaving.url };
  };
}

/** prompt=login alone obliges no provider to tell auth_time; max_age does (OpenID Connect Core 2). */
function maxAgeOf(freshness: Freshness | undefined): number | undefined {
  return freshness?.prompt === 'login' ? 0 : freshness?.maxAge;
}

function wishesOf({ loginHint, locale, freshness, acrValues }: BeginSignIn) {
  return {
    ...(loginHint && { loginHint }),
    ...(locale && { uiLocales: locale }),
    ...(freshness?.prompt && { prompt: freshness.prompt }),
    ...(acrValues && { acrValues }),
  };
}
