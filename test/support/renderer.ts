import { join } from 'node:path';
import { createTexts } from '#i18n';
import { silentLog } from '#kernel';
import { createRenderer } from '#rendering';

const root = join(import.meta.dirname, '../..');

export const viewsDir = join(root, 'views');
export const localesDir = join(root, 'config/locales');
export const brand = { name: 'Gatehouse', primaryColor: '#2747d8' };

/** The real templates and texts; a missing text throws. */
export const texts = createTexts({ localesDir, strict: true });
export const renderer = createRenderer({
  viewsDir,
  texts,
  brand,
  statusPageUrl: 'https://status.example',
  supportEmail: 'support@gatehouse.example',
  log: silentLog,
});
