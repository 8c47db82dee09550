import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Clients, Resources } from '#clients';
import type { Queue } from '#delivery';
import type { Clock, EventBus, Log, Randomness, SecretBox } from '#kernel';
import { SECOND } from '#kernel';
import type { Renderer } from '#rendering';
import type { Storage } from '#storage';
import { createAdapterFactory } from './adapter.ts';
import {
  allowFormPost,
  leaveAfterLogOut,
  retryAfterRotation,
  skipEmptyLogOut,
  useAround,
} from './around-library.ts';
import { BACK_CHANNEL_TOPIC, endEverything, queueLogoutNotices, sendLogoutNotice } from './back-channel.ts';
import { toClientMetadata } from './client-metadata.ts';
import { cookieNames, createConfiguration, SESSION_COOKIE } from './configuration.ts';
import { createConsents } from './consents.ts';
import type { Directory } from './directory.ts';
import type { InteractionOutcome } from './interaction-result.ts';
import { oidcOf, persistOurFields } from './library-gaps.ts';
import { declareModels } from './model-store.ts';
import { createOwedSteps } from './owed-steps.ts';
import { createPages } from './pages.ts';
import { finishPending, loadPending, type PendingInteraction } from './pending-interactions.ts';
import { returnSameSuccessor } from './refresh-rotation.ts';
import { createRequestCopies, restartPath } from './request-copies.ts';
import { answerRequestedAcr } from './requested-acr.ts';
import { createSigningKeys, SIGNING_KEYS } from './signing-keys.ts';

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
  fetch(url: string, options: object): Promise<Response>;
  termsVersion: string | undefined;
  sessionHours: number;
  /** Digest of the browser's own cookie; sets one when there is none. */
  browserOf(ctx: KoaContextWithOIDC): string;
  chosenLanguage(ctx: KoaContextWithOIDC): string | undefined;
  correlationId(ctx: KoaContextWithOIDC): string;
}

/** The seam to oidc-provider: everything above speaks to this and never to the library. */
export interface AuthorizationServer {
  /** Makes keys at the first start and builds the provider. Storage must be open. */
  start(): Promise<void>;
  stop(): void;
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  pending(req: IncomingMessage, res: ServerResponse, uid: string): Promise<PendingInteraction | undefined>;
  /** Writes the interaction's outcome; resolves with the URL at which the request goes on, undefined when it is gone. */
  finish(
    uid: string,
    outcome: InteractionOutcome | { error: string; error_description: string },
  ): Promise<string | undefined>;
  /** Path that starts the same request again, for the browser that made it (W4). */
  restart(uid: string, browser: string, changes?: Record<string, string>): Promise<string | undefined>;
  /** Whether the person allowed this client at an earlier log-in all that it asks for now. */
  hasConsented(accountId: string, pending: PendingInteraction): Promise<boolean>;
  rotateKeys(): Promise<void>;
  /** Plain name of the session cookie, to be cleared by "Start again" (B15); the others end with their interaction. */
  sessionCookie: string;
}

/** @see design.md section 7 and docs/architecture.md */
export function createAuthorizationServer(parts: AuthorizationServerParts): AuthorizationServer {
  const { issuer, storage, clock, directory, log } = parts;
  const models = declareModels(storage);
  const keys = createSigningKeys({ storage, clock });
  const copies = createRequestCopies({ storage, clock });
  const consents = createConsents({ storage, clock });
  const secureCookies = issuer.startsWith('https:');
  const names = cookieNames(secureCookies);
  const pages = createPages(parts);
  const owed = createOwedSteps({ directory, consents, clock, termsVersion: parts.termsVersion });
  const adapter = createAdapterFactory({
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
    resourceByIndicator: (indicator) => parts.resources.byIndicator(indicator),
    fetch: parts.fetch,
    cookieKeys: parts.secretBox.keysFor('cookies'),
    secureCookies,
    sessionHours: parts.sessionHours,
    async renderError(ctx, out, error) {
      const path = await restartOfLostResume(ctx, error);
      if (!path) return pages.error(ctx, out);
      ctx.status = 303;
      ctx.redirect(path);
    },
    async interactionUrl(ctx, interaction) {
      const oidc = oidcOf(ctx);
      const pushed = oidc.entities['PushedAuthorizationRequest'] !== undefined;
      const { uid } = interaction;
      const params = (interaction as unknown as { params: Record<string, unknown> }).params;
      await copies.keep({
        uid,
        browser: parts.browserOf(ctx),
        clientId: oidc.client.clientId,
        params,
        pushed,
      });
      return `/interaction/${uid}`;
    },
  });
  const sessions = models.get('Session');
  if (!sessions) throw new Error('no collection for sessions');

  let current: { provider: Provider; callback: ReturnType<Provider['callback']> } | undefined;
  let keyTimer: NodeJS.Timeout | undefined;

  /** The way back from an interaction found its request or session gone: the same request starts again (W4). */
  async function restartOfLostResume(ctx: KoaContextWithOIDC, error: Error): Promise<string | undefined> {
    if (!(error instanceof errors.SessionNotFound) || oidcOf(ctx).route !== 'resume') return undefined;
    const copy = await copies.find(ctx.path.split('/').at(-1) ?? '', parts.browserOf(ctx));
    return copy && restartPath(copy, running().provider, clock);
  }

  /** Keys can't be changed in a running provider: a new one (0.5 ms) takes its place. */
  async function build(): Promise<void> {
    const provider = new Provider(issuer, { ...configuration, jwks: (await keys.jwks()) as never });
    provider.proxy = true;
    persistOurFields(provider);
    answerRequestedAcr((provider as unknown as { OIDCContext: { prototype: object } }).OIDCContext.prototype);
    returnSameSuccessor(provider, parts.secretBox.keysFor('refresh-successor').at(-1) as string);
    queueLogoutNotices(provider, parts.queue);
    provider.on('server_error', (ctx, error) => {
      log.error({ err: error, correlationId: parts.correlationId(ctx) }, 'authorization server error');
    });
    useAround(provider, [
      retryAfterRotation(sessions as never, names.session),
      leaveAfterLogOut(pages),
      skipEmptyLogOut(),
      allowFormPost(),
    ]);
    current = { provider, callback: provider.callback() };
    await scheduleKeyChange();
  }

  async function scheduleKeyChange(): Promise<void> {
    clearTimeout(keyTimer);
    const next = await keys.nextChange();
    if (next === undefined) return;
    // setTimeout takes 31 bits at most.
    keyTimer = setTimeout(rebuild, Math.min(next - clock.now() + SECOND, 2 ** 31 - 1)).unref();
  }

  function rebuild(): void {
    build().catch((error) =>
      log.error({ err: error }, 'signing keys could not be read; the former ones stay'),
    );
  }

  function running() {
    if (!current) throw new Error('the authorization server was not started');
    return current;
  }

  parts.queue.handle(BACK_CHANNEL_TOPIC, (payload) => sendLogoutNotice(running().provider, payload));
  parts.events.on('account.epoch-raised', ({ accountId }) =>
    endEverything(accountId, { models, queue: parts.queue }),
  );
  storage.watch([SIGNING_KEYS], () => {
    if (current) rebuild();
  });

  return {
    start: build,
    stop: () => clearTimeout(keyTimer),
    handle: (req, res) => running().callback(req, res),
    pending: (req, res, uid) => loadPending(running().provider, req, res, uid),
    finish: (uid, outcome) => finishPending(running().provider, uid, outcome),
    async restart(uid, browser, changes) {
      const copy = await copies.find(uid, browser);
      return copy && restartPath(copy, running().provider, clock, changes);
    },
    hasConsented: (accountId, { client, params }) =>
      consents.coversScopes(accountId, client.clientId, params['scope']?.split(' ') ?? []),
    async rotateKeys() {
      await keys.rotate();
      if (current) await build();
    },
    sessionCookie: SESSION_COOKIE,
  };
}
