import type { IncomingMessage } from 'node:http';
import { effectivePolicy, MIN_PASSWORD_LENGTH } from '#companies';
import { createGuardedFetch } from '#federation';
import {
  browserId,
  createHttpApp,
  createLimiter,
  type HttpApp,
  type HttpContext,
  readCookie,
  repeatAsGet,
  startAgainRoute,
} from '#http';
import { browserOf, createInteractions, interactionIn } from '#interactions';
import { welcomeClient } from '#invitations';
import { sha256 } from '#kernel';
import { type AuthorizationServer, createAuthorizationServer, createRequestLimits } from '#oidc';
import { createAssets } from '#rendering';
import { helpRoutes, resetRoutes, welcomeRoutes } from '#self-service';
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
    ...(core.metrics && { observe: core.metrics.observeRequest }),
  });
  const contextOf = (request: IncomingMessage): HttpContext => {
    const context = http.contextOf(request);
    if (!context) throw new Error('a request that did not come through the web server');
    return context;
  };
  const welcome = welcomeClient(issuer, config.brand.name);
  const server = createAuthorizationServer({
    ...core,
    issuer,
    renderer,
    directory: { ...features, phones: features.credentials.phones },
    clients: { byId: async (id) => (id === welcome.client_id ? welcome : features.clients.byId(id)) },
    resources: features.resources,
    queue: features.queue,
    messages: features.messages,
    audit: features.audit,
    fetch: (url, options) => outbound.fetch(url, options),
    termsVersion: config.terms.version,
    sessionHours: config.session.absoluteHours,
    browserOf: (ctx) => sha256(browserId(contextOf(ctx.req))),
    chosenLanguage: (ctx) => readCookie(contextOf(ctx.req), 'gh_lang', { signed: false }),
    correlationId: (ctx) => contextOf(ctx.req).state.correlationId,
  });
  const interactions = createInteractions({
    services: {
      ...features,
      clock,
      consented: server.hasConsented,
      terms: config.terms,
    },
    server,
    storage,
    clock,
    issuer,
    loginsPerMinute: config.limits.loginsPerMinutePerAddress,
  });

  http.mountRoutes([
    ...interactions.routes,
    ...resetRoutes({
      credentials: features.credentials,
      invitations: features.invitations,
      minLengthFor: (accountId) => minLengthFor(accountId, core, features),
      resumePath: (ctx, uid, email) => server.restart(uid, browserOf(ctx), { login_hint: email }),
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
    startAgainRoute({
      cookies: [{ name: server.sessionCookie }],
      next: async (ctx, from) => (await server.restart(interactionIn(from), browserOf(ctx))) ?? '/',
    }),
  ]);
  http.app.use(repeatAsGet(new Set(['/auth', '/session/end'])));
  http.app.use(async (ctx, next) => {
    if (!PROTOCOL.test(ctx.path)) return next();
    ctx.state.route = `protocol ${ctx.path.split('/')[1]}`;
    await withinLimits(ctx, () => {
      ctx.respond = false;
      return server.handle(ctx.req, ctx.res);
    });
  });
  return { http, authorizationServer: server, close: () => outbound.close() };
}

/** The strictest minimum of the companies that the person works for. */
async function minLengthFor(
  accountId: string,
  { clock }: Core,
  { accounts, companies }: Features,
): Promise<number> {
  const account = await accounts.byId(accountId);
  if (!account) return MIN_PASSWORD_LENGTH;
  const memberships = await companies.activeMembershipsOf(accountId);
  const theirs = await companies.getMany(memberships.map(({ companyId }) => companyId));
  const policy = effectivePolicy({
    account,
    memberships,
    companies: theirs,
    signIn: { kind: 'local' },
    now: clock.now(),
  });
  return policy.password.minLength.value;
}
