import type { KoaContextWithOIDC } from 'oidc-provider';
import { AppError } from '#kernel';

const RETRY_AFTER_SECONDS = '5';

/** Our own refusal behind what the library calls a server error: the storage is away, or too many want the same thing. */
export function outageOf(error: unknown): AppError | undefined {
  return error instanceof AppError && error.status === 503 ? error : undefined;
}

/** 503 instead of the library's 500, so that people and programs try again instead of giving up. */
export function markOutage(ctx: KoaContextWithOIDC): void {
  ctx.status = 503;
  ctx.set('Retry-After', RETRY_AFTER_SECONDS);
}

/** What a program is told; pages have texts of their own. */
export function answerOutage(ctx: KoaContextWithOIDC, error: unknown): void {
  if (!outageOf(error) || ctx.body === null || typeof ctx.body !== 'object') return;
  markOutage(ctx);
  ctx.body = { error: 'temporarily_unavailable', error_description: 'try again in a moment' };
}
