import { isLocale } from '#i18n';
import { setCookie } from './cookies.ts';
import type { Middleware } from './http-context.ts';
import { localPath } from './local-path.ts';

export const LANGUAGE_COOKIE = 'gh_lang';
const YEAR_SECONDS = 365 * 24 * 3600;

/** A click on a language link (`?lang=fr`) is remembered and leads back to the same page without the parameter. */
export const rememberLanguage: Middleware = async (ctx, next) => {
  const wish = ctx.query['lang'];
  if (ctx.method !== 'GET' || !isLocale(wish)) return next();
  setCookie(ctx, LANGUAGE_COOKIE, wish, { maxAgeSeconds: YEAR_SECONDS, signed: false });
  const rest = new URLSearchParams(ctx.querystring);
  rest.delete('lang');
  const query = rest.toString();
  ctx.redirect(localPath(ctx.path + (query === '' ? '' : `?${query}`)));
  ctx.status = 303;
};
