/**
 * oidc: the authorization server on oidc-provider, and the only folder that imports it.
 * Owns protocol configuration, artefact storage, sessions, grants, signing keys, claims, acr and log-out.
 * Leaves how people prove themselves to interactions, and people, companies and clients to their features.
 */
export type { AccountSession, AccountSessions, ConnectedApplication } from './account-sessions.ts';
export { ACR, acrHeight, lowestRequested, metAcr, PAPE_MULTI_FACTOR, SUPPORTED_ACR } from './acr.ts';
export { type AuthorizationServer, createAuthorizationServer } from './authorization-server.ts';
export { chosenBefore } from './company-choice.ts';
export type { InteractionOutcome, LoginResult, SignInKind } from './interaction-result.ts';
export type { CurrentSignIn, PendingClient, PendingInteraction } from './pending-interactions.ts';
export { FRESH_LOG_IN, type RedeemedCode } from './redeem-code.ts';
export { createRequestLimits } from './request-limits.ts';
