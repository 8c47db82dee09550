import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLocale, type Locale } from '#i18n';
import { createAssets, type MessageKind, type ViewName } from '#rendering';
import { brand, renderer, viewsDir } from './renderer.ts';
import { messageSamples, viewSamples } from './view-samples.ts';

/** Every page and message by name, such as `interactions/identify` and `messages/password-reset`. */
export const previewNames = [
  ...Object.keys(viewSamples),
  ...Object.keys(messageSamples).map((kind) => `messages/${kind}`),
];

const assets = createAssets({ brand, viewsDir });

/** Serves every page and message with its sample data at `/<name>?lang=…` on loopback; port 0 takes a free one. */
export async function startPreview(port = 0): Promise<{ origin: string; server: Server }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://preview.invalid');
    const asset = assets.get(pathname);
    // Messages carry inline styles for mail readers; pages must do without.
    const styles = pathname.startsWith('/messages/') ? "'self' 'unsafe-inline'" : "'self'";
    response.setHeader('content-type', asset?.type ?? 'text/html; charset=utf-8');
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; style-src ${styles}; script-src 'self'; img-src 'self' data:; form-action 'self'`,
    );
    const lang = searchParams.get('lang');
    response.end(asset?.body ?? show(pathname.slice(1), isLocale(lang) ? lang : 'en'));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function show(name: string, locale: Locale): string {
  if (name in viewSamples) {
    const view = name as ViewName;
    return renderer.page(view, viewSamples[view], { locale, path: `/${name}` });
  }
  const kind = name.replace('messages/', '') as MessageKind;
  if (kind in messageSamples) {
    const { subject, text, html } = renderer.message(kind, messageSamples[kind], locale);
    return `${html}<hr><p>${subject}</p><pre>${text}</pre>`;
  }
  return `<ul>${previewNames.map((entry) => `<li><a href="/${entry}">${entry}</a></li>`).join('')}</ul>`;
}
