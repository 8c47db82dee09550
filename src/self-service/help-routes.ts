import { ANYONE, defineRoute, type Route, renderPage } from '#http';

const TOPICS = ['sign-in', 'email', 'sso', 'mfa'] as const;

/** E10, N-rows: help that needs no log-in, linked from every page. The root leads to the profile, by way of the log-in. */
export function helpRoutes(): Route[] {
  const home = defineRoute({
    method: 'GET',
    path: '/',
    name: 'home',
    who: ANYONE,
    handler(ctx) {
      ctx.redirect('/profile');
      ctx.status = 303;
    },
  });
  const topics = TOPICS.map((topic) =>
    defineRoute({
      method: 'GET',
      path: `/help/${topic}`,
      name: `help.${topic}`,
      who: ANYONE,
      handler: (ctx) => renderPage(ctx, 'self-service/help', { topic }),
    }),
  );
  return [home, ...topics];
}
