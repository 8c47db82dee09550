import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Brand, brandIcon, brandStyleSheet } from './brand.ts';

export interface Asset {
  body: Buffer;
  /** Content-Type with its charset. */
  type: string;
  /** Strong entity tag in its quotes. */
  etag: string;
}

const CSS = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** The parts of gatehouse.css in views/assets/styles/, later ones over earlier ones. */
const STYLES = [
  'theme',
  'page',
  'fields',
  'buttons',
  'banners',
  'choices',
  'codes',
  'preferences',
  'profile',
] as const;

/** Everything under /assets/, by path, read once. `viewsDir` holds `assets/gatehouse.js` and `assets/styles/`. */
export function createAssets({ brand, viewsDir }: { brand: Brand; viewsDir: string }): Map<string, Asset> {
  const pico = createRequire(import.meta.url).resolve('@picocss/pico/css/pico.min.css');
  return new Map([
    ['/assets/pico.min.css', asset(inLayer(readFileSync(pico, 'utf8')), CSS)],
    ['/assets/gatehouse.css', asset(ownStyles(viewsDir), CSS)],
    ['/assets/brand.css', asset(Buffer.from(brandStyleSheet(brand)), CSS)],
    ['/assets/icon.svg', asset(Buffer.from(brandIcon(brand)), 'image/svg+xml; charset=utf-8')],
    ['/assets/gatehouse.js', asset(readFileSync(join(viewsDir, 'assets/gatehouse.js')), SCRIPT)],
  ]);
}

function ownStyles(viewsDir: string): Buffer {
  return Buffer.concat(STYLES.map((part) => readFileSync(join(viewsDir, `assets/styles/${part}.css`))));
}

/** In a cascade layer Pico yields to every rule of ours, however specific its own selectors are. */
function inLayer(css: string): Buffer {
  return Buffer.from(`@layer pico {\n${css.replace(/^@charset[^;]*;/, '')}\n}\n`);
}

function asset(body: Buffer, type: string): Asset {
  return { body, type, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
