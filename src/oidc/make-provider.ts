import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { createCookieKeys } from '#http';
import { HOUR, SECOND } from '#kernel';
import { createAdapterFactory } from './adapter.ts';
import {
  allowFormPost,
  leaveAfterLogOut,
  onPaths,
  retryAfterRotation,
  skipEmptyLogOut,
  useAround,
} from './around-library.ts';
import { allowedApiScopes, toClientMetadata } from './client-metadata.ts';
import { takeCompanyAtRedemption } from './company-switch.ts';
import { createConfiguration } from './configuration.ts';
import { persistOurFields, settleReplayRaces } from './library-gaps.ts';
import { answerOutage } from './outage.ts';
import { createOwedSteps } from './owed-steps.ts';
import { repeatPublicMetadata } from './public-metadata.ts';
import { tellOfRefreshReuse } from './refresh-reuse.ts';
import { returnSameSuccessor } from './refresh-rotation.ts';
import { logRefusedRequests } from './refused-requests.ts';
import { answerRequestedAcr } from './requested-acr.ts';
import type { AuthorizationServerParts } from './server-parts.ts';
import { countRefreshAsActivity } from './session-activity.ts';
import { createSessionStore } from './session-store.ts';
import type { SharedPieces } from './shared-pieces.ts';
import { SigningKeyObject } from './signing-key-object.ts';
import { carryKind } from './token-kinds.ts';

const REFRESH_GRACE_MS = 10 * SECOND;

/** Makes the library's provider, with all that we change about it, of the private keys of the moment. */
export function createProviderMaker(parts: AuthorizationServerParts, pieces: SharedPieces) {
  const configuration = configurationOf(parts, pieces);
  const reuse = tellOfRefreshReuse({ ...parts, ...pieces });

  return (jwks: { keys: Record<string, unknown>[] }): Provider => {
    const keys = jwks.keys.map((jwk) => new SigningKeyObject(jwk));
    const provider = new Provider(parts.issuer, { ...configuration, jwks: { keys } });
    // Safe because what is in `before` replaces every forwarding header by what is true.
    provider.proxy = true;
    adapt(provider, parts, pieces);
    reuse.watch(provider);
    logFailures(provider, parts);
    // Of this provider alone: what is said again of its keys and configuration goes with it.
    useAround(provider, [
      ...(parts.before as readonly never[]),
      ...aroundLibrary(parts, pieces, reuse.around),
    ]);
    return provider;
  };
}

function configurationOf(parts: AuthorizationServerParts, pieces: SharedPieces): Configuration {
  const { clock, termsVersion } = parts;
  const { directory, consents, clientObjects, pages, restarts } = pieces;
  return createConfiguration({
    adapter: adapterOf(parts, pieces),
    owed: createOwedSteps({ directory, consents, clock, termsVersion }),
    ...{ directory, consents, pages, clock },
    originOf: parts.originOf,
    resourceByIndicator: (indicator) => parts.resources.byIndicator(indicator),
    apiScopesFor: async (client, scopes) =>
      allowedApiScopes(clientObjects.recordOf(client) ?? (await parts.clients.byId(client.clientId)), scopes),
    fetch: parts.fetch,
    cookieKeys: createCookieKeys(parts.secretBox.keysFor('cookies')),
    secureCookies: pieces.secureCookies,
    sessionHours: parts.sessionHours,
    async renderError(ctx, out, error) {
      const path = await restarts.pathAfterLostResume(ctx, error);
      if (!path) return pages.error(ctx, out, error);
      ctx.status = 303;
      ctx.redirect(path);
    },
    interactionUrl: restarts.interactionUrl,
  });
}

function adapterOf(parts: AuthorizationServerParts, { directory, models, issued }: SharedPieces) {
  const { clock, randomness, clients } = parts;
  return createAdapterFactory({
    ...{ issued, models, clock, randomness },
    refreshGraceMs: REFRESH_GRACE_MS,
    clientMetadata: async (id) => toClientMetadata(await clients.byId(id)),
    currentEpoch: async (accountId) => {
      const account = await directory.accounts.byId(accountId);
      return account?.status === 'active' ? account.epoch : undefined;
    },
  });
}

/** What the library has no setting for. */
function adapt(
  provider: Provider,
  { secretBox }: AuthorizationServerParts,
  { clientObjects, backChannel }: SharedPieces,
): void {
  clientObjects.keepIn(provider);
  persistOurFields(provider);
  settleReplayRaces(provider);
  takeCompanyAtRedemption(provider);
  answerRequestedAcr((provider as unknown as { OIDCContext: { prototype: object } }).OIDCContext.prototype);
  returnSameSuccessor(provider, secretBox.keysFor('refresh-successor').at(-1) as string);
  carryKind(provider);
  backChannel.replaceSender(provider);
}

function logFailures(provider: Provider, parts: AuthorizationServerParts): void {
  const { log, correlationId } = parts;
  provider.on('error' as never, (error: unknown) => log.warn({ err: error }, 'an answer could not be sent'));
  logRefusedRequests(provider, parts);
  provider.on('server_error', (ctx, error) => {
    log.error({ err: error, correlationId: correlationId(ctx) }, 'authorization server error');
    answerOutage(ctx, error);
  });
}

/** What requests pass on their way to the library, and answers on their way back. */
function aroundLibrary(
  { clock, sessionHours }: AuthorizationServerParts,
  { models, sessionCookie, pages, issued }: SharedPieces,
  tellOfReuse: (ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void>,
) {
  const sessions = models.get('Session');
  if (!sessions) throw new Error('no collection for sessions');
  return [
    onPaths(/^\/(jwks|\.well-known\/[\w-]+)$/, repeatPublicMetadata()),
    onPaths(
      /^\/(auth|session\/end)(\/|$)/i,
      retryAfterRotation(createSessionStore(sessions, clock), sessionCookie),
    ),
    onPaths(/^\/session\//i, leaveAfterLogOut(pages)),
    onPaths(/^\/session\//i, skipEmptyLogOut()),
    onPaths(/^\/auth/i, allowFormPost()),
    onPaths(/^\/token/i, tellOfReuse),
    onPaths(/^\/token/i, countRefreshAsActivity(sessionHours * HOUR)),
    onPaths(/^\/token$/i, issued.around),
  ];
}
