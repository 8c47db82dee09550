import { existsSync } from 'node:fs';

export const NGINX = process.env.NGINX_PATH ?? '/usr/sbin/nginx';
export const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

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
