import { createHmac } from 'node:crypto';
import { AppError, equalInConstantTime } from '#kernel';
import { readCookie, setCookie } from './cookies.ts';
import type { HttpContext, Site } from './http-context.ts';

export const BROWSER_COOKIE = 'gh_browser';
const BROWSER_SECONDS = 30 * 24 * 3600;
const BROWSER_ID = /^[\w-]{43}$/;

/** A random value that stands for this browser, kept in a cookie of ours; made at the first need. */
export function browserId(ctx: HttpContext): string {
  const former = readCookie(ctx, BROWSER_COOKIE);
  if (former && BROWSER_ID.test(former)) return former;
  // A cookie set by this very answer is not in its request.
  if (ctx.state.newBrowserId) return ctx.state.newBrowserId;
  const made = ctx.state.site.randomness.token();
  ctx.state.newBrowserId = made;
  setCookie(ctx, BROWSER_COOKIE, made, { maxAgeSeconds: BROWSER_SECONDS });
  return made;
}

/** The anti-forgery token of a form: good in this browser, for this `scope`, under any of our keys. */
function csrfToken(ctx: HttpContext, scope: string): string {
  const newest = ctx.state.site.csrfKeys[0];
  if (newest === undefined) throw new Error('no key to sign form tokens');
  return tokenOf(newest, browserId(ctx), scope);
}

/** What every form page hands its view. `scope` must be the one of the route that takes the form; its path by default. */
export function formFields(
  ctx: HttpContext,
  action: string,
  scope = action,
): { action: string; csrf: string } {
  return { action, csrf: csrfToken(ctx, scope) };
}

/** @throws AppError 'csrf' (403) when another site sent the request, as far as its headers tell (X19) */
export function assertSameOrigin(ctx: HttpContext): void {
  if (!isSameOrigin(ctx.get('origin'), ctx.get('sec-fetch-site'), ctx.state.site)) {
    throw new AppError('csrf', 403);
  }
}

/** @throws AppError 'csrf' (403) when the token is missing or of another browser, form or key */
export function assertCsrfToken(ctx: HttpContext, scope: string, token: string | undefined): void {
  const browser = readCookie(ctx, BROWSER_COOKIE);
  const { csrfKeys } = ctx.state.site;
  const valid =
    browser !== undefined &&
    token !== undefined &&
    csrfKeys.some((key) => equalInConstantTime(tokenOf(key, browser, scope), token));
  if (!valid) throw new AppError('csrf', 403);
}

export function isSameOrigin(origin: string, fetchSite: string, site: Pick<Site, 'origin'>): boolean {
  if (fetchSite !== '' && fetchSite !== 'same-origin' && fetchSite !== 'none') return false;
  if (origin === '' || origin === site.origin) return true;
  if (origin !== 'null') return false;
  // Our referrer policy makes browsers send "null" with our own forms too. Old ones (Safari before 16.4) don't know
  // Sec-Fetch-Site, and all leave it out over plain http to a name that is not loopback: there the token alone decides.
  return fetchSite === 'same-origin' || fetchSite === '';
}

function tokenOf(key: string, browser: string, scope: string): string {
  return createHmac('sha256', key).update(`${browser}\n${scope}`).digest('base64url');
}
