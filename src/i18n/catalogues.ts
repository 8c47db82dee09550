import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LOCALES, type Locale } from './locale.ts';

/** Texts of one file by dotted key: nested objects of the file are flattened. */
export type Catalogue = Readonly<Record<string, string>>;

/**
 * Reads config/locales/<lang>/<surface or feature>.json of every language, once.
 * @throws Error naming the file and key when a value is neither a text nor an object of texts
 */
export function loadCatalogues(localesDir: string): Record<Locale, Record<string, Catalogue>> {
  const read = (locale: Locale) => {
    const folder = join(localesDir, locale);
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    return Object.fromEntries(
      files.map((file) => [basename(file, '.json'), readCatalogue(join(folder, file))]),
    );
  };
  return Object.fromEntries(LOCALES.map((locale) => [locale, read(locale)])) as Record<
    Locale,
    Record<string, Catalogue>
  >;
}

function readCatalogue(file: string): Catalogue {
  const flat: Record<string, string> = {};
  flatten(JSON.parse(readFileSync(file, 'utf8')), '', flat, file);
  return flat;
}

function flatten(value: unknown, path: string, into: Record<string, string>, file: string): void {
  if (typeof value === 'string') {
    if (path in into) throw new Error(`${file}: the text "${path}" is there twice`);
    into[path] = value;
    return;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${file}: "${path}" is not a text`);
  for (const [key, child] of Object.entries(value))
    flatten(child, path === '' ? key : `${path}.${key}`, into, file);
}
