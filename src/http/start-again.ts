import { AppError } from '#kernel';
import { ANYONE } from './admission.ts';
import { START_AGAIN_PATH } from './answer-errors.ts';
import { type CookieName, clearAllCookies } from './cookies.ts';
import { BROWSER_COOKIE } from './csrf.ts';
import type { RouteContext } from './http-context.ts';
import { localPath } from './local-path.ts';
import { defineRoute, type Route } from './route.ts';

interface Options {
  /** Cookies of the features above, by plain name; ours are added. */
  cookies: readonly CookieName[];
  /** Runs before the cookies go: the local path at which the person goes on; `from` is that of the page they were stuck on. */
  next(ctx: RouteContext, from: string): string | Promise<string>;
}

/** `GET /start-again`: one click leaves every cookie of ours behind and begins afresh (B15). */
export function startAgainRoute({ cookies, next }: Options): Route {
  return defineRoute({
    method: 'GET',
    path: START_AGAIN_PATH,
    name: 'start-again',
    who: ANYONE,
    async handler(ctx) {
      // Another site may not sign people out by a link or an image; the page of this refusal has the link again.
      if (ctx.get('sec-fetch-site') === 'cross-site') throw new AppError('csrf', 403);
      const target = localPath(await next(ctx, String(ctx.query['from'] ?? '')));
      clearAllCookies(ctx, [...cookies, { name: BROWSER_COOKIE }]);
      ctx.redirect(target);
      ctx.status = 303;
    },
  });
}
