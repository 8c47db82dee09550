import { createHash } from 'node:crypto';
import { browserId, type Limiter, localPath, type RouteContext } from '#http';
import { AppError, networkOf, type Randomness, sha256 } from '#kernel';
import { type AuthorizationServer, FRESH_LOG_IN, type RedeemedCode } from '#oidc';
import { ACCOUNT_CLIENT, redirectUri } from './own-pages.ts';
import type { RoundTripStore } from './round-trip-store.ts';
import { FRESH_MS, type Freshness } from './signed-in.ts';

export interface RoundTripParts {
  trips: RoundTripStore;
  randomness: Randomness;
  issuer: string;
  server: Pick<AuthorizationServer, 'accountSessions'>;
  limiter: Limiter;
  /** As of `SessionsParts`. */
  logInsPerMinute: number;
}

/** To the authorization endpoint, for what is missing; back to `returnTo` afterwards. */
export async function leaveToLogIn(
  parts: RoundTripParts,
  ctx: RouteContext,
  missing: Freshness,
  returnTo: string,
  prompt?: string,
): Promise<void> {
  const { trips, randomness, issuer, limiter, logInsPerMinute } = parts;
  await limiter.count('own-page', networkOf(ctx.state.origin.ip), logInsPerMinute);
  const [state, codeVerifier] = [randomness.token(), randomness.token()];
  const browser = sha256(browserId(ctx));
  await trips.keep(state, { browser, codeVerifier, returnTo: localPath(returnTo) });
  const asks = missing.primary ? { prompt: 'login', nonce: FRESH_LOG_IN } : { ...(prompt && { prompt }) };
  const query = new URLSearchParams({
    client_id: ACCOUNT_CLIENT,
    redirect_uri: redirectUri(issuer),
    response_type: 'code',
    scope: 'openid',
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
    ...(ctx.query['ui_locales'] && { ui_locales: String(ctx.query['ui_locales']) }),
    ...asks,
    ...(missing.factor && { factor_max_age: String(FRESH_MS / 1000) }),
  });
  redirect(ctx, `/auth?${query}`);
}

/** `begin`: what the code that is brought back was redeemed for. */
export async function comeBack(
  { trips, issuer, server }: RoundTripParts,
  ctx: RouteContext,
  browser: string,
  begin: (redeemed: RedeemedCode) => Promise<void>,
): Promise<void> {
  const { code, state, error } = ctx.query as Record<string, string | undefined>;
  const trip = typeof state === 'string' ? await trips.take(state) : undefined;
  // An old page, or another browser's: the profile asks anew, in silence where somebody is signed in.
  if (!trip || trip.browser !== browser) return redirect(ctx, '/profile');
  if (typeof code !== 'string') throw refusalOf(error);
  const redeemed = await server.accountSessions.redeem({
    code,
    clientId: ACCOUNT_CLIENT,
    redirectUri: redirectUri(issuer),
    codeVerifier: trip.codeVerifier,
  });
  if (!redeemed) throw new AppError('sign-in.incomplete', 400);
  await begin(redeemed);
  redirect(ctx, trip.returnTo);
}

function redirect(ctx: RouteContext, path: string): void {
  ctx.redirect(path);
  ctx.status = 303;
}

function refusalOf(error: string | undefined): AppError {
  if (error === 'access_denied') return new AppError('permission-denied', 403);
  return new AppError('sign-in.incomplete', 400);
}
