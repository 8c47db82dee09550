import { AppError, type Log } from '#kernel';
import type { Middleware, Site } from './http-context.ts';

/**
 * Answers under the issuer's host alone: links, cookies and metadata can then follow no foreign Host (X27).
 * Which address would do, a stranger isn't told in production; the log is.
 */
export function guardHost(site: Site, { log, production }: { log: Log; production: boolean }): Middleware {
  const params = production ? {} : { answersAt: site.origin };
  return (ctx, next) => {
    const host = (ctx.req.headers.host ?? '').toLowerCase();
    if (host === site.host) return next();
    log.info(
      { host: host.slice(0, 260), issuer: site.origin },
      'a request came for another host than that of ISSUER',
    );
    throw new AppError('misdirected-host', 421, { params });
  };
}
