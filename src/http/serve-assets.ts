import type { Asset } from '#rendering';
import type { Middleware } from './http-context.ts';

/** Style sheets and scripts, from memory; browsers ask again after an hour and are told by the entity tag. */
export function serveAssets(assets: ReadonlyMap<string, Asset>): Middleware {
  return async (ctx, next) => {
    const asset = ctx.method === 'GET' || ctx.method === 'HEAD' ? assets.get(ctx.path) : undefined;
    if (!asset) return next();
    ctx.state.route = 'asset';
    ctx.set({ 'Cache-Control': 'public, max-age=3600', ETag: asset.etag, 'Content-Type': asset.type });
    ctx.status = 200;
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = asset.body;
  };
}
