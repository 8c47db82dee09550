/**
 * http: the web server under every surface: who asks, refusals as pages or problem+json, forms, cookies, limits, health.
 * Owns middleware order, CSRF protection, security headers, rate limits and the declaration of routes; knows no feature.
 * Leaves what a route does to the surfaces, the protocol's endpoints to oidc, and who is signed in to oidc and interactions.
 */
export { type Admission, ANYONE, narrowed } from './admission.ts';
export { startAgainFrom } from './answer-errors.ts';
export { type CookieKeys, createCookieKeys } from './cookie-keys.ts';
export { type CookieName, clearCookie, cookieName, readCookie, setCookie } from './cookies.ts';
export { createHttpApp, type HttpApp, type HttpAppOptions } from './create-http-app.ts';
export { browserId, formFields } from './csrf.ts';
export { parseForm } from './form-body.ts';
export type { Delegate } from './front-door.ts';
export type { HttpContext, Middleware, RouteContext, Site } from './http-context.ts';
export { speak } from './language.ts';
export { createLimiter, type Limiter } from './limiter.ts';
export { type Listening, listen } from './listen.ts';
export { localPath } from './local-path.ts';
export { linkHolder } from './mailed-link.ts';
export { repeatAsGet } from './post-as-get.ts';
export { renderPage } from './render-page.ts';
export { defineRoute, type Route } from './route.ts';
export { startAgainRoute } from './start-again.ts';
