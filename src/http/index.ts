/**
 * http: the web server under every surface: who asks, refusals as pages or problem+json, forms, cookies, limits, health.
 * Owns middleware order, CSRF protection, security headers, rate limits and the declaration of routes; knows no feature.
 * Leaves what a route does to the surfaces, the protocol's endpoints to oidc, and who is signed in to sessions.
 */
export type { ObserveRequest } from './access-log.ts';
export { START_AGAIN_PATH } from './answer-errors.ts';
export { networkOf } from './client-address.ts';
export {
  type CookieName,
  type CookieOptions,
  clearAllCookies,
  clearCookie,
  cookieName,
  readCookie,
  setCookie,
} from './cookies.ts';
export { createHttpApp, type HttpApp, type HttpAppOptions } from './create-http-app.ts';
export {
  assertCsrfToken,
  assertSameOrigin,
  BROWSER_COOKIE,
  browserId,
  csrfToken,
  formFields,
} from './csrf.ts';
export { parseForm, readForm } from './form-body.ts';
export type { HttpContext, HttpState, Middleware, RouteContext, Site } from './http-context.ts';
export { speak } from './language.ts';
export { createLimiter, type Limiter } from './limiter.ts';
export { type Listening, listen } from './listen.ts';
export { localPath } from './local-path.ts';
export { type FieldProblem, InvalidInputError } from './problem.ts';
export { type PageOptions, renderPage } from './render-page.ts';
export { type CsrfProtection, defineRoute, type Route } from './route.ts';
export { startAgainRoute } from './start-again.ts';
