import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Audit } from '#audit';
import type { Clients, Resources } from '#clients';
import type { Messages, Queue } from '#delivery';
import { createCookieKeys, type Middleware } from '#http';
import type { Clock, EventBus, Log, Randomness, RequestOrigin, SecretBox } from '#kernel';
import { HOUR, SECOND } from '#kernel';
import type { Renderer } from '#rendering';
import type { Storage } from '#storage';
import { type AccountSessions, createAccountSessions } from './account-sessions.ts';
import { createAdapterFactory } from './adapter.ts';
import {
  allowFormPost,
  leaveAfterLogOut,
  onPaths,
  retryAfterRotation,
  skipEmptyLogOut,
  useAround,
} from './around-library.ts';
import { createBackChannel } from './back-channel.ts';
import { allowedApiScopes, refusedClients, toClientMetadata } from './client-metadata.ts';
import { createClientObjects } from './client-objects.ts';
import { cookieNames, createConfiguration, SESSION_COOKIE } from './configuration.ts';
import { createConsents } from './consents.ts';
import { createCurrentProvider } from './current-provider.ts';
import type { Directory } from './directory.ts';
import type { InteractionOutcome } from './interaction-result.ts';
import { createIssuedTogether } from './issued-together.ts';
import { oidcOf, persistOurFields, settleReplayRaces } from './library-gaps.ts';
import { declareModels } from './model-store.ts';
import { createOpenRequests, OPEN_COOKIE } from './open-requests.ts';
import { answerOutage } from './outage.ts';
import { createOwedSteps } from './owed-steps.ts';
import { createPages } from './pages.ts';
import {
  type CurrentSignIn,
  finishPending,
  loadPending,
  type PendingInteraction,
} from './pending-interactions.ts';
import { repeatPublicMetadata } from './public-metadata.ts';
import { readOncePerRequest } from './read-once.ts';
import { tellOfRefreshReuse } from './refresh-reuse.ts';
import { returnSameSuccessor } from './refresh-rotation.ts';
import { logRefusedRequests } from './refused-requests.ts';
import { createRequestCopies, restartPath } from './request-copies.ts';
import { answerRequestedAcr } from './requested-acr.ts';
import { countRefreshAsActivity } from './session-activity.ts';
import { createSessionStore } from './session-store.ts';
import { SigningKeyObject } from './signing-key-object.ts';
import { createSigningKeys, SIGNING_KEYS } from './signing-keys.ts';
import { carryKind } from './token-kinds.ts';

const REFRESH_GRACE_MS = 10 * SECOND;

export interface AuthorizationServerParts {
  issuer: string;
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  secretBox: SecretBox;
  events: EventBus;
  log: Log;
  renderer: Renderer;
  directory: Directory;
  clients: Pick<Clients, 'byId'>;
  resources: Pick<Resources, 'byIndicator'>;
  queue: Pick<Queue, 'enqueue' | 'handle'>;
  messages: Pick<Messages, 'send'>;
  audit: Pick<Audit, 'record'>;
  fetch(url: string, options: object): Promise<Response>;
  termsVersion: string | undefined;
  sessionHours: number;
  /** What a request passes before the library sees it. */
  before: readonly Middleware[];
  /** Digest of the browser's own cookie; sets one when there is none. */
  browserOf(ctx: KoaContextWithOIDC): string;
  chosenLanguage(ctx: KoaContextWithOIDC): string | undefined;
  correlationId(ctx: KoaContextWithOIDC): string;
  originOf(ctx: KoaContextWithOIDC): RequestOrigin;
}

/** The seam to oidc-provider: everything above speaks to this and never to the library. */
export interface AuthorizationServer {
  /** Makes keys at the first start and builds the provider. Storage must be open. */
  start(): Promise<void>;
  /** Clients that the library would refuse when they are used: a reason for each (RFC 7591 3.2.2). */
  refusedClients(clientIds: readonly string[]): Promise<{ clientId: string; problem: string }[]>;
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  pending(req: IncomingMessage, res: ServerResponse, uid: string): Promise<PendingInteraction | undefined>;
  /** Writes the interaction's outcome; resolves with the URL at which the request goes on, undefined when it is gone. */
  finish(
    uid: string,
    outcome: InteractionOutcome | { error: string; error_description: string },
    /** `signedInMeanwhile` of the interaction: ended when it is another person's. */
    meanwhile?: CurrentSignIn,
  ): Promise<string | undefined>;
  /** Path that starts the same request again, for the browser that made it (W4). */
  restart(uid: string, browser: string, changes?: Record<string, string>): Promise<string | undefined>;
  /** Client id of the relying party whose request this was, in whatever browser. */
  clientOf(uid: string): Promise<string | undefined>;
  /** Whether the person allowed this client at an earlier log-in all that it asks for now. */
  hasConsented(
    accountId: string,
    pending: PendingInteraction,
    companyId: string | undefined,
  ): Promise<boolean>;
  /** What our own pages ask of sign-ins. */
  accountSessions: AccountSessions;
  rotateKeys(): Promise<void>;
  /** Plain names of the cookies that "Start again" clears (B15); the others end with their interaction. */
  cookies: readonly { name: string; path?: string }[];
}

/** @see docs/architecture.md, walk 1 */
export function createAuthorizationServer(parts: AuthorizationServerParts): AuthorizationServer {
  const { issuer, storage, clock, log } = parts;
  const directory = readOncePerRequest(parts.directory);
  const clients = createClientObjects((id) => parts.clients.byId(id));
  const models = declareModels(storage);
  const keys = createSigningKeys({ storage, clock });
  const copies = createRequestCopies({ storage, clock });
  const consents = createConsents({ storage, clock });
  const secureCookies = issuer.startsWith('https:');
  const names = cookieNames(secureCookies);
  const openRequests = createOpenRequests({ names, secure: secureCookies });
  const pages = createPages(parts);
  const owed = createOwedSteps({ directory, consents, clock, termsVersion: parts.termsVersion });
  const issued = createIssuedTogether();
  const adapter = createAdapterFactory({
    issued,
    models,
    clock,
    randomness: parts.randomness,
    refreshGraceMs: REFRESH_GRACE_MS,
    clientMetadata: async (id) => toClientMetadata(await parts.clients.byId(id)),
    currentEpoch: async (accountId) => {
      const account = await directory.accounts.byId(accountId);
      return account?.status === 'active' ? account.epoch : undefined;
    },
  });
  const configuration = createConfiguration({
    adapter,
    directory,
    consents,
    owed,
    pages,
    clock,
    originOf: parts.originOf,
    resourceByIndicator: (indicator) => parts.resources.byIndicator(indicator),
    apiScopesFor: async (client, scopes) =>
      allowedApiScopes(clients.recordOf(client) ?? (await parts.clients.byId(client.clientId)), scopes),
    fetch: parts.fetch,
    cookieKeys: createCookieKeys(parts.secretBox.keysFor('cookies')),
    secureCookies,
    sessionHours: parts.sessionHours,
    async renderError(ctx, out, error) {
      const path = await restartOfLostResume(ctx, error);
      if (!path) return pages.error(ctx, out, error);
      ctx.status = 303;
      ctx.redirect(path);
    },
    async interactionUrl(ctx, interaction) {
      const oidc = oidcOf(ctx);
      const { uid } = interaction;
      const { params, parJti } = interaction as unknown as {
        params: Record<string, unknown>;
        parJti?: string;
      };
      await copies.keep({
        uid,
        browser: parts.browserOf(ctx),
        clientId: oidc.client.clientId,
        params,
        pushed: parJti !== undefined,
      });
      openRequests.note(ctx, uid);
      return `/interaction/${uid}`;
    },
  });
  const sessions = models.get('Session');
  if (!sessions) throw new Error('no collection for sessions');
  const current = createCurrentProvider({ keys, clock, log, make });
  const backChannel = createBackChannel({ models, queue: parts.queue, provider: current.get });
  const reuse = tellOfRefreshReuse({ ...parts, directory, backChannel });

  /** The way back from an interaction found its request or session gone: the same request starts again (W4). */
  async function restartOfLostResume(ctx: KoaContextWithOIDC, error: Error): Promise<string | undefined> {
    if (!(error instanceof errors.SessionNotFound) || oidcOf(ctx).route !== 'resume') return undefined;
    const copy = await copies.find(ctx.path.split('/').at(-1) ?? '', parts.browserOf(ctx));
    return copy && restartPath(copy, current.get(), clock);
  }

  function make(jwks: { keys: Record<string, unknown>[] }): Provider {
    const keys = jwks.keys.map((jwk) => new SigningKeyObject(jwk));
    const provider = new Provider(issuer, { ...configuration, jwks: { keys } });
    // Safe because what is in `before` replaces every forwarding header by what is true.
    provider.proxy = true;
    provider.on('error' as never, (error: unknown) =>
      log.warn({ err: error }, 'an answer could not be sent'),
    );
    clients.keepIn(provider);
    persistOurFields(provider);
    settleReplayRaces(provider);
    answerRequestedAcr((provider as unknown as { OIDCContext: { prototype: object } }).OIDCContext.prototype);
    returnSameSuccessor(provider, parts.secretBox.keysFor('refresh-successor').at(-1) as string);
    carryKind(provider);
    backChannel.replaceSender(provider);
    reuse.watch(provider);
    logRefusedRequests(provider, parts);
    provider.on('server_error', (ctx, error) => {
      log.error({ err: error, correlationId: parts.correlationId(ctx) }, 'authorization server error');
      answerOutage(ctx, error);
    });
    useAround(provider, [
      ...(parts.before as readonly never[]),
      onPaths(/^\/(jwks|\.well-known\/[\w-]+)$/, repeatPublicMetadata()),
      onPaths(
        /^\/(auth|session\/end)(\/|$)/i,
        retryAfterRotation(createSessionStore(sessions as never, clock), names.session),
      ),
      onPaths(/^\/session\//i, leaveAfterLogOut(pages)),
      onPaths(/^\/session\//i, skipEmptyLogOut()),
      onPaths(/^\/auth/i, allowFormPost()),
      onPaths(/^\/token/i, reuse.around),
      onPaths(/^\/token/i, countRefreshAsActivity(parts.sessionHours * HOUR)),
      onPaths(/^\/token$/i, issued.around),
    ]);
    return provider;
  }

  parts.events.on('account.epoch-raised', ({ accountId, epoch }) =>
    backChannel.endEverything(accountId, epoch),
  );
  parts.events.on('account.taken-over', ({ accountId }) => consents.withdrawAll(accountId));
  storage.watch([SIGNING_KEYS], () => void current.changed());

  return {
    start: current.start,
    refusedClients: (clientIds) => refusedClients(current.get(), clientIds),
    async handle(req, res) {
      const callback = await current.callback();
      await callback(req, res);
    },
    async pending(req, res, uid) {
      const found = await loadPending(current.get(), req, res, uid);
      if (found) await copies.keepForDay(uid);
      return found;
    },
    finish: (uid, outcome, meanwhile) =>
      finishPending(current.get(), uid, outcome, { meanwhile, tellOfEnd: backChannel.tellOfEnd }),
    async restart(uid, browser, changes) {
      const copy = await copies.find(uid, browser);
      return copy && restartPath(copy, current.get(), clock, changes);
    },
    clientOf: (uid) => copies.clientOf(uid),
    hasConsented: (accountId, { client: { clientId }, scopes }, companyId) =>
      consents.coversScopes({ accountId, clientId, companyId }, scopes),
    accountSessions: createAccountSessions({
      models,
      consents,
      backChannel,
      directory,
      clock,
      provider: current.get,
      absoluteMs: parts.sessionHours * HOUR,
    }),
    async rotateKeys() {
      await keys.rotate();
      await current.changed();
    },
    cookies: [{ name: SESSION_COOKIE }, OPEN_COOKIE],
  };
}
