import { AppError } from '#kernel';
import { readFormText } from './form-body.ts';
import type { Middleware } from './http-context.ts';

/** Longer queries are refused by servers and proxies on the way. */
const MAX_QUERY_LENGTH = 12_000;

/**
 * Some endpoints take their parameters by GET and by POST (OIDC Core 3.1.2.1, RP-Initiated Logout 2). A POST from another site
 * carries no SameSite=Lax cookie; the same request by GET does.
 */
export function repeatAsGet(paths: ReadonlySet<string>): Middleware {
  return async (ctx, next) => {
    if (ctx.method !== 'POST' || !paths.has(ctx.path)) return next();
    const query = new URLSearchParams(await readFormText(ctx.req)).toString();
    if (query.length > MAX_QUERY_LENGTH) throw new AppError('payload-too-large', 413);
    ctx.redirect(`${ctx.path}?${query}`);
    ctx.status = 303;
  };
}
