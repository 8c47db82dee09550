/** Serves every page and message with its sample data: `node scripts/preview-views.ts [port]`, then open `/`. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createTexts, isLocale } from '#i18n';
import { silentLog } from '#kernel';
import { createAssets, createRenderer, type MessageKind, type ViewName } from '#rendering';
import { messageSamples, viewSamples } from '../test/support/view-samples.ts';

const root = join(import.meta.dirname, '..');
const viewsDir = join(root, 'views');
const brand = {
  name: process.env['BRAND_NAME'] ?? 'Gatehouse',
  primaryColor: process.env['BRAND_COLOR'] ?? '#2747d8',
};
const texts = createTexts({ localesDir: join(root, 'config/locales'), strict: true });
const renderer = createRenderer({
  viewsDir,
  texts,
  brand,
  statusPageUrl: 'https://status.example',
  supportEmail: 'support@gatehouse.example',
  log: silentLog,
});
const assets = createAssets({ brand, viewsDir });

const index = [...Object.keys(viewSamples), ...Object.keys(messageSamples).map((kind) => `messages/${kind}`)]
  .map((name) => `<li><a href="/${name}">${name}</a> <a href="/${name}?lang=fr">fr</a></li>`)
  .join('');

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://preview.invalid');
  const asset = assets.get(pathname);
  response.setHeader('content-type', asset?.type ?? 'text/html; charset=utf-8');
  // Messages carry inline styles for mail readers; pages must do without.
  const styles = pathname.startsWith('/messages/') ? "'self' 'unsafe-inline'" : "'self'";
  response.setHeader(
    'content-security-policy',
    `default-src 'none'; style-src ${styles}; script-src 'self'; img-src 'self' data:`,
  );
  const lang = searchParams.get('lang');
  response.end(asset?.body ?? show(pathname.slice(1), isLocale(lang) ? lang : 'en'));
});

function show(name: string, locale: 'en' | 'fr'): string {
  if (name in viewSamples) return renderer.page(name as ViewName, viewSamples[name as ViewName], { locale });
  const kind = name.replace('messages/', '') as MessageKind;
  if (kind in messageSamples) {
    const { subject, text, html } = renderer.message(kind, messageSamples[kind], locale);
    return `${html}<hr><p>${subject}</p><pre>${text}</pre>`;
  }
  return `<ul>${index}</ul>`;
}

server.listen(Number(process.argv[2] ?? 4400), '127.0.0.1', () => console.log(server.address()));
