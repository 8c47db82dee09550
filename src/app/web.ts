import { MIN_PASSWORD_LENGTH, policyOf } from '#companies';
import { createGuardedFetch } from '#federation';
import {
  browserId,
  createHttpApp,
  createLimiter,
  type HttpApp,
  type HttpContext,
  type Middleware,
  readCookie,
  repeatAsGet,
  startAgainRoute,
} from '#http';
import { browserOf, createInteractions, interactionIn, interactionPath } from '#interactions';
import { INVITATION_COOKIE, welcomeClient } from '#invitations';
import { sha256 } from '#kernel';
import { type AuthorizationServer, createAuthorizationServer, createRequestLimits } from '#oidc';
import { createAssets } from '#rendering';
import {
  helpRoutes,
  LINK_COOKIES,
  profileRoutes,
  resetRoutes,
  supportRoutes,
  welcomeRoutes,
} from '#self-service';
import { accountClient, createKnownDevices, createSessions, createTrustedDevices } from '#sessions';
import { brandOf, type Core, VIEWS_DIR } from './core.ts';
import type { Features } from './features.ts';

export interface Web {
  http: HttpApp;
  authorizationServer: AuthorizationServer;
  close(): Promise<void>;
}

/** Paths of the protocol; discovery tells the same. */
const PROTOCOL = /^\/(auth|token|jwks|me|request|session\/end|\.well-known)(\/|$)/;

/** The three faces of the process, mounted in one list. Declares collections: to be called before the storage opens. */
export function createWeb(core: Core, features: Features): Web {
  const { config, storage, clock, renderer } = core;
  const { issuer } = config.server;
  const outbound = createGuardedFetch({ production: config.production, outboundAllow: config.outboundAllow });
  const limiter = createLimiter({ storage, clock });
  const withinLimits = createRequestLimits({ limiter, clock, limits: config.limits });
  const http = createHttpApp({
    ...core,
    config,
    assets: createAssets({ brand: brandOf(config), viewsDir: VIEWS_DIR }),
    limiter,
    check: () => storage.check(),
    readTogether: (work) => storage.readTogether(work),
    ...(core.metrics && { observe: core.metrics.observeRequest }),
  });
  const builtIn = [welcomeClient, accountClient].map((make) => make(issuer, config.brand.name));
  const server = createAuthorizationServer({
    ...core,
    issuer,
    renderer,
    limiter,
    directory: { ...features, phones: features.credentials.phones },
    clients: {
      byId: async (id) => builtIn.find(({ client_id }) => client_id === id) ?? features.clients.byId(id),
    },
    resources: features.resources,
    queue: features.queue,
    messages: features.messages,
    audit: features.audit,
    fetch: (url, options) => outbound.fetch(url, options),
    termsVersion: config.terms.version,
    sessionHours: config.session.absoluteHours,
    before: [...http.before, repeatAsGet(new Set(['/auth', '/session/end'])), nameRoute, withinLimits],
    browserOf: (ctx) => sha256(browserId(ctx as unknown as HttpContext)),
    chosenLanguage: (ctx) => readCookie(ctx as unknown as HttpContext, 'gh_lang', { signed: false }),
    correlationId: (ctx) => (ctx as unknown as HttpContext).state.correlationId,
    originOf: (ctx) => (ctx as unknown as HttpContext).state.origin,
  });
  const knownDevices = createKnownDevices(core);
  const trustedDevices = createTrustedDevices({ ...core, ...features, knownDevices });
  const interactions = createInteractions({
    services: {
      ...features,
      clock,
      consented: server.hasConsented,
      terms: config.terms,
      singlePage: config.loginPages === 'single',
    },
    server,
    clients: features.clients,
    storage,
    clock,
    issuer,
    knownDevices,
    trustedDevices,
    loginsPerMinute: config.limits.loginsPerMinutePerAddress,
    limiter,
    departuresPerMinute: config.limits.authorizationsPerMinutePerNetwork,
  });

  const sessions = createSessions({
    ...core,
    ...features,
    issuer,
    server,
    limiter,
    logInsPerMinute: config.limits.authorizationsPerMinutePerNetwork,
  });

  http.mountRoutes([
    ...interactions.routes,
    ...sessions.routes,
    ...profileRoutes({ ...features, clock, sessions, trustedDevices, server }),
    ...resetRoutes({
      credentials: features.credentials,
      invitations: features.invitations,
      minLengthFor: (accountId) => minLengthFor(accountId, core, features),
      logInPath: interactionPath,
      resumePath: (ctx, uid, email) => server.restart(uid, browserOf(ctx), { login_hint: email }),
      accounts: features.accounts,
      knownDevices,
      resetsPerMinute: config.limits.resetsPerMinutePerAddress,
      linkMinutes: config.limits.resetLinkMinutes,
    }),
    ...welcomeRoutes({
      ...features,
      ...core,
      issuer,
      brandName: config.brand.name,
      resumePath: (ctx, uid) => server.restart(uid, browserOf(ctx)),
      renewalsPerMinute: config.limits.resetsPerMinutePerAddress,
    }),
    ...helpRoutes(),
    ...supportRoutes(features),
    startAgainRoute({
      cookies: [
        ...server.cookies,
        knownDevices.cookie,
        ...sessions.cookies,
        { name: INVITATION_COOKIE },
        ...LINK_COOKIES,
      ],
      next: async (ctx, from) => (await server.restart(interactionIn(from), browserOf(ctx))) ?? '/',
    }),
  ]);
  http.delegate({ owns: (path) => PROTOCOL.test(path), handle: server.handle });
  return { http, authorizationServer: server, close: () => outbound.close() };
}

/** For log and metrics. */
const nameRoute: Middleware = (ctx, next) => {
  ctx.state.route = `protocol ${ctx.path.split('/', 2)[1]}`;
  return next();
};

/** The strictest minimum of the companies that the person works for. */
async function minLengthFor(
  accountId: string,
  { clock }: Core,
  { accounts, companies }: Features,
): Promise<number> {
  const account = await accounts.byId(accountId);
  if (!account) return MIN_PASSWORD_LENGTH;
  const signIn = { kind: 'local' as const };
  return (await policyOf(companies, account, { signIn, now: clock.now() })).password.minLength.value;
}
