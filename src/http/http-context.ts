import type Koa from 'koa';
import type { Locale, Texts } from '#i18n';
import type { Randomness, RequestOrigin } from '#kernel';
import type { Renderer } from '#rendering';

/** What every request of one server shares. */
export interface Site {
  /** Scheme, host and port of ISSUER; every link, cookie and check is made from it, never from the request. */
  origin: string;
  host: string;
  https: boolean;
  /** Newest first. */
  csrfKeys: readonly string[];
  renderer: Renderer;
  texts: Texts;
  randomness: Randomness;
}

export interface HttpState {
  site: Site;
  correlationId: string;
  /** Client address (trusted proxies skipped), correlation id and user agent: for audit and limits. */
  origin: RequestOrigin;
  /** A surface that knows the person's or the request's own wish may overwrite it. */
  locale: Locale;
  /** Name of the route that answers. */
  route?: string;
  /** The browser id that this answer gives to a browser without one. */
  newBrowserId?: string;
}

export type HttpContext = Koa.ParameterizedContext<HttpState>;
export type RouteContext = HttpContext & { params: Record<string, string> };
export type Middleware = Koa.Middleware<HttpState>;
