import { AppError } from '#kernel';
import type { Middleware, Site } from './http-context.ts';

/** Answers under the issuer's host alone: links, cookies and metadata can then follow no foreign Host (X27). */
export function guardHost(site: Site): Middleware {
  return (ctx, next) => {
    if ((ctx.req.headers.host ?? '').toLowerCase() !== site.host) throw new AppError('misdirected-host', 421);
    return next();
  };
}
