import { ANYONE, defineRoute, type Route, renderPage } from '#http';

/** What a browser accepts. */
export const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8';

/** A page with a form. */
export const PAGE: Route = defineRoute({
  method: 'GET',
  path: '/page',
  name: 'page',
  who: ANYONE,
  handler: (ctx) =>
    renderPage(ctx, 'self-service/forgot-password', { action: '/page', csrf: 'x', signInUrl: '/profile' }),
});

/** Fails each time. */
export const failing = (path: string, error: Error): Route =>
  defineRoute({
    method: 'GET',
    path,
    name: path.slice(1),
    who: ANYONE,
    handler() {
      throw error;
    },
  });
