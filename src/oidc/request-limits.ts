import type { Limiter, Middleware } from '#http';
import { AppError, type Clock, MINUTE, networkOf, SECOND } from '#kernel';

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

/** Where clients prove who they are. The library reads paths without regard to case or to a slash at their end. */
const AUTHENTICATING = new Set(['/token', '/token/introspection', '/token/revocation', '/request']);

/**
 * Limits per network in front of the protocol's endpoints (X32).
 * @throws AppError 'too-many-requests' (429, `retryAfterSeconds`)
 */
export function createRequestLimits({ limiter, clock, limits }: RequestLimitsParts): Middleware {
  const refused = createMinuteOfRefusals(clock);

  return async (ctx, next) => {
    const path = ctx.path.toLowerCase().replace(/\/$/, '');
    const bucket = STORING[path];
    const authenticates = AUTHENTICATING.has(path);
    if (!bucket && !authenticates) return next();
    const network = networkOf(ctx.state.origin.ip);
    if (bucket) await limiter.count(bucket, network, limits.authorizationsPerMinutePerNetwork);
    if (!authenticates) return next();
    refused.check(network);
    await next();
    // Counted afterwards and kept in memory: a client that succeeds costs no look into the storage.
    if (ctx.status !== 401) return;
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
