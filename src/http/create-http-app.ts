import type Koa from 'koa';
import type { Config } from '#config';
import type { Texts } from '#i18n';
import { type Clock, type Randomness, type SecretBox, systemRandomness } from '#kernel';
import type { RequestLog } from '#ops';
import type { Asset, Renderer } from '#rendering';
import { logAccess, type ObserveRequest } from './access-log.ts';
import { answerErrors } from './answer-errors.ts';
import { createCookieKeys } from './cookie-keys.ts';
import { tellCookieLifetimes } from './cookie-lifetimes.ts';
import { type Delegate, FrontDoor } from './front-door.ts';
import { answerHealth } from './health.ts';
import { guardHost } from './host-guard.ts';
import type { HttpState, Middleware, Site } from './http-context.ts';
import { identifyRequest } from './identify-request.ts';
import { rememberLanguage } from './language.ts';
import type { Limiter } from './limiter.ts';
import { mountRoutes } from './mount-routes.ts';
import { limitDuration } from './request-timeout.ts';
import type { Route } from './route.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { serveAssets } from './serve-assets.ts';

export interface HttpAppOptions {
  config: Pick<Config, 'production'> & {
    server: Pick<Config['server'], 'issuer' | 'trustedProxies' | 'requestTimeoutSeconds'>;
  };
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
  /** Runs the work of one request, see Storage.readTogether. */
  readTogether?<R>(work: () => R): R;
}

export interface HttpApp {
  /** Its keys sign every cookie. */
  app: Koa<HttpState>;
  mountRoutes(routes: readonly Route[]): void;
  /** Everything mounted so far: the table that the architecture test reads. */
  routes(): readonly Route[];
  /** What each request to another Koa passes before that one answers it: guards, log, headers, errors as pages or problem+json. */
  before: readonly Middleware[];
  /** Hands requests for some paths to another Koa that has `before` in front of its own middleware. */
  delegate(to: Delegate): void;
  /** From now on not ready: a load balancer sends new requests elsewhere. */
  drain(): void;
}

/** The middleware that every request passes, in order. */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const {
    config,
    log,
    limiter,
    check = async () => {},
    observe = () => {},
    readTogether = (work) => work(),
  } = options;
  const site = siteOf(options);
  const app = new FrontDoor();
  const mounted: Route[] = [];
  let draining = false;

  app.keys = createCookieKeys(options.secretBox.keysFor('cookies'));
  // Safe because `identifyRequest` replaces every forwarding header by what is true.
  app.proxy = true;
  app.on('error', (error: unknown) => log.warn({ err: error }, 'an answer could not be sent'));
  const outer = [
    tellCookieLifetimes(options.clock),
    identifyRequest({ site, log, trustedProxies: config.server.trustedProxies }),
    logAccess(log, observe),
    setSecurityHeaders(site),
    answerErrors({ log }),
  ];
  const guard = guardHost(site, { log, production: config.production });
  const asOneReader: Middleware = (_ctx, next) => readTogether(next);
  const inner = [rememberLanguage, asOneReader, limitDuration(config.server.requestTimeoutSeconds)];
  const health = answerHealth({ check, isDraining: () => draining, log });
  for (const one of [...outer, health, guard, serveAssets(options.assets), ...inner]) app.use(one);

  return {
    app,
    mountRoutes(routes) {
      mounted.push(...routes);
      mountRoutes(app, routes, limiter);
    },
    routes: () => mounted,
    before: [...outer, guard, ...inner],
    delegate: (to) => app.delegate(to),
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
