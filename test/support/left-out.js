import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's names of machines. */
const TRIPLET = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

export const NGINX = process.env.NGINX_PATH ?? '/usr/sbin/nginx';
export const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
export const FIREFOX = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr';
export const WEBKIT_DRIVER = process.env.WEBKIT_DRIVER_PATH ?? '/usr/bin/WebKitWebDriver';
export const MINI_BROWSER =
  process.env.MINI_BROWSER_PATH ?? `/usr/lib/${TRIPLET[process.arch]}/webkit2gtk-4.1/MiniBrowser`;
export const XVFB = process.env.XVFB_PATH ?? '/usr/bin/Xvfb';

/** Where the engines' tests say which versions they met. */
export const VERSIONS = join(import.meta.dirname, '../../artifacts/engines');

/** What this run cannot show, and why. */
export function leftOut() {
  const missing = [];
  if (!existsSync(CHROMIUM)) missing.push(`browser tests: no Chromium at ${CHROMIUM} (set CHROMIUM_PATH)`);
  if (!process.env.MONGO_URL || !process.env.REDIS_URL) {
    missing.push('MongoDB + Redis: MONGO_URL and REDIS_URL are not both set');
  }
  if (!existsSync(NGINX)) missing.push(`two nodes behind nginx: no nginx at ${NGINX} (set NGINX_PATH)`);
  return missing;
}
