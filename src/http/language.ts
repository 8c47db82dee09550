import { isLocale, type Locale, negotiateLocale } from '#i18n';
import { readCookie, setCookie } from './cookies.ts';
import type { HttpContext, Middleware } from './http-context.ts';
import { localPath } from './local-path.ts';

const LANGUAGE_COOKIE = 'gh_lang';
const YEAR_SECONDS = 365 * 24 * 3600;

/** A click on a language link (`?lang=fr`) is remembered and leads back to the same page without the parameter. */
export const rememberLanguage: Middleware = (ctx, next) => {
  if (ctx.method !== 'GET' || !ctx.querystring.includes('lang')) return next();
  const wish = ctx.query['lang'];
  if (!isLocale(wish)) return next();
  setCookie(ctx, LANGUAGE_COOKIE, wish, { maxAgeSeconds: YEAR_SECONDS, signed: false });
  const rest = new URLSearchParams(ctx.querystring);
  rest.delete('lang');
  const query = rest.toString();
  ctx.redirect(localPath(ctx.path + (query === '' ? '' : `?${query}`)));
  ctx.status = 303;
  return undefined;
};

interface Wishes {
  /** The request's `ui_locales`. */
  uiLocales?: string | undefined;
  /** The person, once known. */
  account?: { locale?: Locale | undefined } | undefined;
}

/** Sets the language of this request's answer, and returns it (P4). */
export function speak(ctx: HttpContext, wishes: Wishes): Locale {
  ctx.state.locale = wishedLocale(ctx, wishes);
  return ctx.state.locale;
}

/** The language that fits best: a click before, the request, the person, the browser. */
export function wishedLocale(ctx: HttpContext, { uiLocales, account }: Wishes): Locale {
  return negotiateLocale({
    cookie: readCookie(ctx, LANGUAGE_COOKIE, { signed: false }),
    uiLocales,
    accountLocale: account?.locale,
    acceptLanguage: ctx.get('accept-language'),
  });
}
