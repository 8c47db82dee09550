import type { HttpContext, Limiter } from '#http';
import { networkOf } from '#http';
import { AppError, type Clock, MINUTE, SECOND } from '#kernel';

export interface RequestLimitsParts {
  limiter: Limiter;
  clock: Clock;
  limits: { authorizationsPerMinutePerNetwork: number; failedClientsPerMinutePerNetwork: number };
}

/** What anybody may ask of us and what leaves something in storage. */
const STORING: Readonly<Record<string, string>> = {
  '/auth': 'authorization',
  '/request': 'pushed-authorization',
  '/session/end': 'log-out',
};

/** Where clients prove who they are. The library reads paths without regard to case. */
const AUTHENTICATING = /^\/(token(\/(introspection|revocation))?|request)$/i;

export type RequestLimits = (ctx: HttpContext, handle: () => Promise<void>) => Promise<void>;

/**
 * Limits per network around the protocol's endpoints (X32); `handle` answers on the raw response.
 * @throws AppError 'too-many-requests' (429, `retryAfterSeconds`)
 */
export function createRequestLimits({ limiter, clock, limits }: RequestLimitsParts): RequestLimits {
  const refused = createMinuteOfRefusals(clock);

  return async (ctx, handle) => {
    const network = networkOf(ctx.state.origin.ip ?? 'unknown');
    const bucket = STORING[ctx.path.toLowerCase()];
    if (bucket) await limiter.count(bucket, network, limits.authorizationsPerMinutePerNetwork);
    if (!AUTHENTICATING.test(ctx.path)) return handle();
    refused.check(network);
    await handle();
    // Counted afterwards and kept in memory: a client that succeeds costs no look into the storage.
    if (ctx.res.statusCode !== 401) return;
    const perMinute = limits.failedClientsPerMinutePerNetwork;
    await limiter.count('failed-client', network, perMinute).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'too-many-requests')) throw error;
      refused.add(network);
    });
  };
}

/** Networks that used up this minute's failures; the windows are the limiter's. */
function createMinuteOfRefusals(clock: Clock) {
  let minute = 0;
  let networks = new Set<string>();
  const startMinute = () => {
    const now = Math.floor(clock.now() / MINUTE);
    if (now !== minute) networks = new Set();
    minute = now;
  };
  return {
    add(network: string): void {
      startMinute();
      networks.add(network);
    },
    check(network: string): void {
      startMinute();
      if (!networks.has(network)) return;
      const retryAfterSeconds = Math.ceil(((minute + 1) * MINUTE - clock.now()) / SECOND);
      throw new AppError('too-many-requests', 429, { params: { retryAfterSeconds } });
    },
  };
}
