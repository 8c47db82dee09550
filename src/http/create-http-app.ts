import type { IncomingMessage } from 'node:http';
import Koa from 'koa';
import type { Config } from '#config';
import type { Texts } from '#i18n';
import { type Clock, type Randomness, type SecretBox, systemRandomness } from '#kernel';
import type { RequestLog } from '#ops';
import type { Asset, Renderer } from '#rendering';
import { logAccess, type ObserveRequest } from './access-log.ts';
import { answerErrors } from './answer-errors.ts';
import { answerHealth } from './health.ts';
import { guardHost } from './host-guard.ts';
import type { HttpContext, HttpState, Site } from './http-context.ts';
import { identifyRequest } from './identify-request.ts';
import { rememberLanguage } from './language.ts';
import type { Limiter } from './limiter.ts';
import { mountRoutes } from './mount-routes.ts';
import { limitDuration } from './request-timeout.ts';
import type { Route } from './route.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { serveAssets } from './serve-assets.ts';

export interface HttpAppOptions {
  config: { server: Pick<Config['server'], 'issuer' | 'trustedProxies' | 'requestTimeoutSeconds'> };
  log: RequestLog;
  renderer: Renderer;
  texts: Texts;
  assets: ReadonlyMap<string, Asset>;
  clock: Clock;
  secretBox: SecretBox;
  limiter: Limiter;
  randomness?: Randomness;
  /** Readiness: rejects while the storage does not answer. */
  check?: () => Promise<void>;
  observe?: ObserveRequest;
}

export interface HttpApp {
  /** What is not a route of ours (the protocol's endpoints) is added by `app.use`; its keys sign every cookie. */
  app: Koa<HttpState>;
  mountRoutes(routes: readonly Route[]): void;
  /** Everything mounted so far: the table that the architecture test reads. */
  routes(): readonly Route[];
  /** Ours for a request that another framework answers. */
  contextOf(request: IncomingMessage): HttpContext | undefined;
  /** From now on not ready: a load balancer sends new requests elsewhere. */
  drain(): void;
}

/** The middleware that every request passes, in order. */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { config, log, limiter, check = async () => {}, observe = () => {} } = options;
  const site = siteOf(options);
  const app = new Koa<HttpState>();
  const mounted: Route[] = [];
  const contexts = new WeakMap<IncomingMessage, HttpContext>();
  let draining = false;

  app.keys = options.secretBox.keysFor('cookies');
  // Safe because `identifyRequest` replaces every forwarding header by what is true.
  app.proxy = true;
  app.on('error', (error: unknown) => log.warn({ err: error }, 'an answer could not be sent'));
  app.use((ctx, next) => {
    contexts.set(ctx.req, ctx);
    return next();
  });
  app.use(identifyRequest({ site, log, trustedProxies: config.server.trustedProxies }));
  app.use(logAccess(log, options.clock, observe));
  app.use(setSecurityHeaders(site));
  app.use(answerErrors({ log }));
  app.use(answerHealth({ check, isDraining: () => draining, log }));
  app.use(guardHost(site));
  app.use(serveAssets(options.assets));
  app.use(rememberLanguage);
  app.use(limitDuration(config.server.requestTimeoutSeconds));

  return {
    app,
    mountRoutes(routes) {
      mounted.push(...routes);
      mountRoutes(app, routes, limiter);
    },
    routes: () => mounted,
    contextOf: (request) => contexts.get(request),
    drain() {
      draining = true;
    },
  };
}

function siteOf(options: HttpAppOptions): Site {
  const issuer = new URL(options.config.server.issuer);
  return {
    origin: issuer.origin,
    host: issuer.host,
    https: issuer.protocol === 'https:',
    csrfKeys: options.secretBox.keysFor('csrf'),
    renderer: options.renderer,
    texts: options.texts,
    randomness: options.randomness ?? systemRandomness,
  };
}
