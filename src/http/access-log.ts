import type { RequestLog } from '#ops';
import type { Middleware } from './http-context.ts';

/** Told about every answered request; `route` is the route's name, or 'other'. */
export type ObserveRequest = (request: {
  method: string;
  route: string;
  status: number;
  milliseconds: number;
}) => void;

/** One line a request: method, path without its query, status and duration. */
export function logAccess(log: RequestLog, observe: ObserveRequest): Middleware {
  return async (ctx, next) => {
    // By a clock that nobody sets: no duration is negative or hours long.
    const began = performance.now();
    try {
      await next();
    } finally {
      const elapsed = performance.now() - began;
      const { method, status, path } = ctx;
      observe({ method, route: ctx.state.route ?? 'other', status, milliseconds: elapsed });
      const milliseconds = Math.round(elapsed);
      // Probes come every few seconds.
      if (path.startsWith('/health/')) log.debug({ method, path, status, milliseconds }, 'request');
      else log.request({ correlationId: ctx.state.correlationId, method, path, status, milliseconds });
    }
  };
}
