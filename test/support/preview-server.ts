import { defineRoute, type Route, renderPage } from '#http';
import type { MessageKind, ViewName } from '#rendering';
import { renderer } from './renderer.ts';
import { messageSamples, viewSamples } from './view-samples.ts';
import { startWebServer, type WebServer } from './web-server.ts';

/** Every page by name, such as `interactions/identify`. */
export const pageNames = Object.keys(viewSamples) as ViewName[];
const messageKinds = Object.keys(messageSamples) as MessageKind[];

/**
 * Every page and message with its sample data at `/<name>` and `/messages/<kind>`, on the real web server with its
 * headers; in the language of the request (`?lang=fr`).
 */
export function startPreview(): Promise<WebServer> {
  return startWebServer([index, ...pageNames.map(pageRoute), ...messageKinds.map(messageRoute)], {
    options: { renderer },
  });
}

function pageRoute(view: ViewName): Route {
  return defineRoute({
    method: 'GET',
    path: `/${view}`,
    name: view,
    handler: (ctx) => renderPage(ctx, view, viewSamples[view]),
  });
}

function messageRoute(kind: MessageKind): Route {
  return defineRoute({
    method: 'GET',
    path: `/messages/${kind}`,
    name: `messages/${kind}`,
    handler(ctx) {
      const { subject, text, html } = renderer.message(kind, messageSamples[kind], ctx.state.locale);
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
  handler(ctx) {
    const names = [...pageNames, ...messageKinds.map((kind) => `messages/${kind}`)];
    ctx.type = 'html';
    ctx.body = `<ul>${names.map((name) => `<li><a href="/${name}">${name}</a></li>`).join('')}</ul>`;
  },
});
