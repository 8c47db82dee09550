import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANYONE, defineRoute, type HttpContext, type Route, renderPage } from '#http';
import type { MessageKind, ViewName } from '#rendering';
import { messageSamples } from './message-samples.ts';
import { renderer, viewsDir } from './renderer.ts';
import { sampleIn } from './sample-language.ts';
import { viewSamples } from './view-samples.ts';
import { type ViewState, viewStates } from './view-states.ts';
import { startWebServer, type WebServer } from './web-server.ts';

/** Every page by name, such as `interactions/identify`. */
const pageNames = Object.keys(viewSamples) as ViewName[];
const messageKinds = Object.keys(messageSamples) as MessageKind[];

/** The pages that stand in when nothing can be rendered, and when no node answers. */
const standIns = {
  'fallback (500)': () => renderer.fallback(500, 'Jt3kQ9vXw0a2'),
  'fallback (no node)': () => readFileSync(join(viewsDir, '../deploy/fallback.html'), 'utf8'),
};

/** Every page in every state by name, and where the preview shows it. */
export const pageStates: readonly { name: string; path: string; bilingual: boolean }[] = [
  ...viewStates.map(({ name }, n) => ({ name, path: `/states/${n}`, bilingual: false })),
  ...Object.keys(standIns).map((name, n) => ({ name, path: `/stand-ins/${n}`, bilingual: true })),
];

/**
 * Every page and message with its sample data at `/<name>` and `/messages/<kind>`, on the real web server with its
 * headers; in the language of the request (`?lang=fr`).
 */
export function startPreview(): Promise<WebServer> {
  const pages = [...pageNames.map(pageRoute), ...viewStates.map(stateRoute)];
  const others = [...messageKinds.map(messageRoute), ...Object.values(standIns).map(standInRoute)];
  return startWebServer([index, ...pages, ...others], { options: { renderer } });
}

function stateRoute({ name, view, data }: ViewState, n: number): Route {
  return defineRoute({
    method: 'GET',
    path: `/states/${n}`,
    name: `states/${name}`,
    who: ANYONE,
    handler: (ctx) => showPage(ctx, view, data),
  });
}

function standInRoute(show: () => string, n: number): Route {
  return defineRoute({
    method: 'GET',
    path: `/stand-ins/${n}`,
    name: `stand-ins/${n}`,
    who: ANYONE,
    handler(ctx) {
      // The file for a reverse proxy brings its own style along.
      ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'self' 'unsafe-inline'");
      ctx.type = 'html';
      ctx.body = show();
    },
  });
}

function pageRoute(view: ViewName): Route {
  return defineRoute({
    method: 'GET',
    path: `/${view}`,
    name: view,
    who: ANYONE,
    handler: (ctx) => showPage(ctx, view, viewSamples[view]),
  });
}

function showPage(ctx: HttpContext, view: ViewName, data: ViewState['data']): void {
  renderPage(ctx, view, sampleIn(ctx.state.locale, data) as never);
  // The page that moves on by itself would leave before it could be looked at.
  ctx.body = String(ctx.body).replace(/<meta http-equiv="refresh"[^>]*>/, '');
}

function messageRoute(kind: MessageKind): Route {
  return defineRoute({
    method: 'GET',
    path: `/messages/${kind}`,
    name: `messages/${kind}`,
    who: ANYONE,
    handler(ctx) {
      const { locale } = ctx.state;
      const { subject, text, html } = renderer.message(kind, sampleIn(locale, messageSamples[kind]), locale);
      // Messages carry inline styles for mail readers; pages must do without.
      ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
      ctx.type = 'html';
      ctx.body = `${html}<hr><p>${subject}</p><pre>${text}</pre>`;
    },
  });
}

const index = defineRoute({
  method: 'GET',
  path: '/',
  name: 'index',
  who: ANYONE,
  handler(ctx) {
    const pages = pageStates.map(({ name, path }) => ({ name, path }));
    const messages = messageKinds.map((kind) => ({ name: `messages/${kind}`, path: `/messages/${kind}` }));
    const items = [...pages, ...messages].map(({ name, path }) => `<li><a href="${path}">${name}</a></li>`);
    ctx.type = 'html';
    ctx.body = `<ul>${items.join('')}</ul>`;
  },
});
