import type { OutgoingHttpHeader } from 'node:http';
import { type Clock, SECOND } from '#kernel';
import type { Middleware } from './http-context.ts';

/**
 * Says beside each cookie's `expires` for how long it lives: a browser compares `expires` with its own clock, and one that is
 * an hour ahead of ours would drop the cookie of an interaction at once and go round in circles. `max-age` wins (RFC 6265 4.1.2.2).
 */
export function tellCookieLifetimes(clock: Clock): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } finally {
      // The library's cookies are among them; nothing has been sent before all middleware is done.
      const set = ctx.res.getHeader('set-cookie');
      if (set !== undefined && !ctx.headerSent) ctx.res.setHeader('set-cookie', lines(set).map(withMaxAge));
    }
  };

  function withMaxAge(line: string): string {
    const expires = /; ?expires=([^;]+)/i.exec(line)?.[1];
    if (expires === undefined || /; ?max-age=/i.test(line)) return line;
    const seconds = Math.round((Date.parse(expires) - clock.now()) / SECOND);
    return `${line}; max-age=${Math.max(0, seconds)}`;
  }
}

const lines = (value: OutgoingHttpHeader): string[] => [value].flat().map(String);
