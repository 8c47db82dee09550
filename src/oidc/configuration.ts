import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Resource } from '#clients';
import type { CookieKeys } from '#http';
import { LOCALES } from '#i18n';
import { type Clock, HOUR, type RequestOrigin } from '#kernel';
import { accessTokenClaims, createAccountFinder } from './accounts.ts';
import { SUPPORTED_ACR } from './acr.ts';
import type { AdapterFactory } from './adapter.ts';
import { CLAIMS_BY_SCOPE, SCOPES } from './claims.ts';
import { EXTRA_CLIENT_METADATA } from './client-metadata.ts';
import type { Consents } from './consents.ts';
import type { Directory } from './directory.ts';
import { createGrants } from './grants.ts';
import { createInteractionPolicy, type OwedSteps } from './interaction-policy.ts';
import { oidcOf } from './library-gaps.ts';
import type { Pages } from './pages.ts';
import { refuseLongRequest } from './request-size.ts';
import { sessionLifetime } from './session-lifetime.ts';
import { SIGNING_ALGORITHMS } from './signing-keys.ts';
import { orUnknown } from './unknown-key.ts';

export interface ConfigurationParts {
  adapter: AdapterFactory;
  directory: Directory;
  consents: Consents;
  owed: OwedSteps;
  pages: Pages;
  resourceByIndicator(indicator: string): Promise<Resource | undefined>;
  clock: Clock;
  /** Who sent the request: for the list of sign-ins. */
  originOf(ctx: KoaContextWithOIDC): RequestOrigin;
  /** Those of `scopes` that the client may be given. */
  apiScopesFor(client: { clientId: string }, scopes: readonly string[]): Promise<string[]>;
  renderError(ctx: KoaContextWithOIDC, out: { error: string }, error: Error): Promise<void>;
  interactionUrl(ctx: KoaContextWithOIDC, interaction: { uid: string }): Promise<string>;
  /** Requests of the library itself: client JWKS, back-channel log-out. */
  fetch(url: string, options: object): Promise<Response>;
  cookieKeys: CookieKeys;
  secureCookies: boolean;
  /** Absolute life of a session, hours. */
  sessionHours: number;
}

const OPAQUE_TOKEN_SECONDS = 3600;
const REFRESH_TOKEN_SECONDS = 14 * 24 * 3600;

/** oidc-provider's configuration: every default that warns is replaced, every feature is chosen. */
export function createConfiguration(parts: ConfigurationParts): Configuration {
  const { pages, secureCookies, sessionHours } = parts;
  const grants = createGrants(parts);
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true, secure: secureCookies } as const;
  return {
    adapter: parts.adapter,
    findAccount: createAccountFinder(parts.directory),
    loadExistingGrant: grants.load,
    interactions: { policy: createInteractionPolicy(parts.owed, grants.settle), url: parts.interactionUrl },
    acrValues: [...SUPPORTED_ACR],
    claims: CLAIMS_BY_SCOPE,
    scopes: [...SCOPES],
    conformIdTokenClaims: false,
    extraParams: { company: refuseLongRequest, factor_max_age: null },
    extraClientMetadata: { properties: EXTRA_CLIENT_METADATA },
    extraTokenClaims: (ctx, token) => accessTokenClaims(ctx, token as never, parts.directory),
    clientDefaults: { id_token_signed_response_alg: 'RS256' },
    enabledJWA: {
      idTokenSigningAlgValues: [...SIGNING_ALGORITHMS],
      userinfoSigningAlgValues: [...SIGNING_ALGORITHMS],
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    },
    responseTypes: ['code'],
    pkce: { required: () => true },
    discovery: { ui_locales_supported: [...LOCALES] },
    cookies: {
      names: cookieNames(secureCookies),
      keys: parts.cookieKeys,
      long: cookie,
      short: cookie,
    },
    features: features(parts, pages) as Configuration['features'],
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') &&
      (code.scopes.has('offline_access') || client['first_party'] === true),
    rotateRefreshToken: () => true,
    renderError: parts.renderError as never,
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? OPAQUE_TOKEN_SECONDS,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 600,
      AuthorizationCode: 60,
      IdToken: 3600,
      RefreshToken: REFRESH_TOKEN_SECONDS,
      Interaction: 3600,
      Session: (_ctx, session) => sessionLifetime(session as never, sessionHours * HOUR),
      Grant: sessionHours * 3600 + REFRESH_TOKEN_SECONDS,
    },
    clientBasedCORS: (_ctx, origin, client) =>
      client.redirectUris?.some((uri) => URL.parse(uri)?.origin === origin) ?? false,
    fetch: parts.fetch as never,
  };
}

export const SESSION_COOKIE = 'gh_session';

/** `__Host-` fits the session alone; path-scoped cookies take `__Secure-`; plain names on an http issuer. */
export function cookieNames(secure: boolean) {
  return {
    session: secure ? `__Host-${SESSION_COOKIE}` : SESSION_COOKIE,
    interaction: secure ? '__Secure-gh_interaction' : 'gh_interaction',
    resume: secure ? '__Secure-gh_resume' : 'gh_resume',
  };
}

function features(parts: ConfigurationParts, pages: Pages): object {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    // For SigningKeyObject; the library's word for having read that this may change with any release.
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: mayIntrospect },
    revocation: { enabled: true, allowedPolicy: mayRevoke },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: pages.logOut,
      postLogoutSuccessSource: pages.loggedOut,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_ctx: unknown, _client: unknown, oneOf: unknown) => oneOf,
      // A client that named its API at the authorization request gets a token for it (RFC 8707 2.2).
      useGrantedResource: () => true,
      getResourceServerInfo: async (_ctx: unknown, indicator: string, client: { clientId: string }) => {
        const resource = await orUnknown(parts.resourceByIndicator(indicator));
        if (!resource) throw new errors.InvalidTarget();
        return {
          audience: resource.indicator,
          scope: (await parts.apiScopesFor(client, resource.scopes)).join(' '),
          accessTokenTTL: resource.accessTokenTtlSeconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: resource.signingAlg } },
        };
      },
    },
  };
}

/** A public client may ask about its own tokens only; a confidential one stands for an API. */
function mayIntrospect(
  _ctx: unknown,
  client: { clientAuthMethod?: string; clientId: string },
  token: object,
): boolean {
  return client.clientAuthMethod !== 'none' || (token as { clientId?: string }).clientId === client.clientId;
}

/** Whose token it is not, is not told whether it exists (RFC 7009 2.2). */
function mayRevoke(ctx: KoaContextWithOIDC, client: { clientId: string }, token: object): boolean {
  return (
    (token as { clientId?: string }).clientId === client.clientId &&
    oidcOf(ctx).client.clientId === client.clientId
  );
}
