/**
 * federation: signing in at a company's identity provider: connections, routing by e-mail domain, round trips, links.
 * Owns openid-client (behind Connector), the linking rules and the one guarded way to outbound addresses.
 * Leaves cookies, pages and what a sign-in leads to to interactions; accounts, companies and domains to their features.
 */
export { checkConnection } from './check-connection.ts';
export {
  type Connection,
  connectionSchema,
  type FederatedIdentity,
  type UpstreamIdentity,
} from './connection.ts';
export type { Connections } from './connection-store.ts';
export { earnedAcr, type SsoAcr } from './earned-acr.ts';
export { createFederation, type Federation, type FederationParts } from './federation.ts';
export {
  createGuardedFetch,
  type GuardedFetch,
  type GuardedFetchConfig,
  type GuardedRequest,
  OutboundError,
} from './guarded-fetch.ts';
export { ownNameOf, type Route, type Routing, type SsoTarget } from './routing.ts';
export type {
  BeginOutcome,
  BeginSignIn,
  CompleteOutcome,
  CompleteSignIn,
  Freshness,
  ResolveIdentity,
  ResolveOutcome,
  ResolveRefusal,
  SignIn,
  SignInFlow,
  SignInProblemCode,
} from './sign-in.ts';
