import { type Connection, createGuardedFetch, type GuardedFetch } from '#federation';
import { systemClock } from '#kernel';
import type { AuthorizationRequest } from '../../../src/federation/connectors/connector.ts';
import { createOidcConnector } from '../../../src/federation/connectors/oidc/oidc-connector.ts';
import { connectionTo } from './connection.ts';
import type { Mode } from './mode.ts';
import { startUpstream, type Upstream } from './start.ts';

export const CALLBACK = 'http://127.0.0.1:1/federation/acme-idp/callback';
export const SECRETS = {
  state: 'interaction.state',
  nonce: 'the-nonce',
  codeVerifier: 'a-verifier-of-at-least-forty-three-characters',
};

export type ConnectorTrips = Awaited<ReturnType<typeof startConnectorTrips>>;

/** Round trips of the connector, without the features around it, to a provider that answers as badly as a test wishes. */
export async function startConnectorTrips() {
  const upstream: Upstream = await startUpstream();
  let guarded: GuardedFetch | undefined;
  let connector: ReturnType<typeof createOidcConnector>;
  let offset = 0;
  const clock = { now: () => systemClock.now() + offset };

  async function close(): Promise<void> {
    if (!guarded) return;
    await connector.close();
    await guarded.close();
  }

  const connection = (changes: Partial<Connection> = {}): Connection =>
    connectionTo(upstream.issuer, {
      clientId: upstream.clientId,
      clientSecret: upstream.clientSecret,
      ...changes,
    });

  const leave = (settings = connection(), wishes: Partial<AuthorizationRequest> = {}) =>
    connector.authorizationUrl(settings, { redirectUri: CALLBACK, ...SECRETS, ...wishes });

  const take = (answerUrl: URL, settings = connection()) =>
    connector.exchange(settings, { answerUrl, ...SECRETS });

  return {
    upstream,
    connection,
    leave,
    take,
    /** A whole round trip of ada@acme.example, with the provider in this mode from the form on. */
    async roundTrip(mode: Mode = {}, settings = connection()) {
      const leaving = await leave(settings);
      if (leaving.outcome !== 'url') return leaving;
      await upstream.control(mode);
      return take(await upstream.signIn(leaving.url, 'ada@acme.example'), settings);
    },
    /** From then on it is so many milliseconds later than it is. */
    travelTo(milliseconds: number): void {
      offset = milliseconds;
    },
    /** Resolves once what goes on behind an answer has ended. */
    settled: () => connector.close(),
    /** A connector that remembers nothing, and a provider that does nothing special. */
    async anew({ timeoutMs = 3_000 } = {}): Promise<void> {
      await close();
      await upstream.control({});
      offset = 0;
      guarded = createGuardedFetch({ production: false, outboundAllow: [], timeoutMs });
      connector = createOidcConnector({ fetch: guarded.fetch, clock, production: false });
    },
    async stop(): Promise<void> {
      await close();
      await upstream.stop();
    },
  };
}
