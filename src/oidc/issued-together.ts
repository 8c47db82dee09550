import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { oidcOf } from './library-gaps.ts';

/** Models that a token request makes; nothing in the request reads them again. */
const ISSUED = new Set(['AccessToken', 'RefreshToken', 'ClientCredentials']);

/**
 * What one token request issues is written at the same time instead of one after the other, and no answer goes out before
 * all of it is acknowledged. Who may have it was decided before: the code or the former refresh token is spent by then.
 */
export function createIssuedTogether() {
  const writes = new WeakMap<object, Promise<unknown>[]>();

  return {
    /** Resolves at once within a token request, otherwise with the write. */
    async write(model: string, run: () => Promise<unknown>): Promise<void> {
      const ctx = Provider.ctx as KoaContextWithOIDC | undefined;
      const ofRequest = ctx && ISSUED.has(model) ? writes.get(ctx) : undefined;
      const written = run();
      if (!ofRequest) return void (await written);
      ofRequest.push(written);
      // Told by the request that waits for it.
      written.catch(() => {});
    },

    async around(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
      const ofRequest: Promise<unknown>[] = [];
      writes.set(ctx, ofRequest);
      await next();
      const results = await Promise.allSettled(ofRequest);
      const failed = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
      if (failed) answerFailure(ctx, failed.reason);
    },
  };
}

export type IssuedTogether = ReturnType<typeof createIssuedTogether>;

/** As the library answers what went wrong before it had an answer. */
function answerFailure(ctx: KoaContextWithOIDC, error: Error): void {
  ctx.status = 500;
  ctx.body = { error: 'server_error', error_description: 'oops! something went wrong' };
  oidcOf(ctx).provider.emit('server_error', ctx, error);
}
