import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localesDir, texts, viewsDir } from '../support/renderer.ts';

type Flat = Record<string, string>;

function catalogue(locale: string): Flat {
  const flat: Flat = {};
  for (const file of readdirSync(join(localesDir, locale)))
    flatten(
      JSON.parse(readFileSync(join(localesDir, locale, file), 'utf8')),
      `${file.replace('.json', '')}:`,
      flat,
    );
  return flat;
}

function flatten(value: string | object, path: string, into: Flat): void {
  if (typeof value === 'string') into[path] = value;
  else
    for (const [key, child] of Object.entries(value))
      flatten(child, path.endsWith(':') ? path + key : `${path}.${key}`, into);
}

const english = catalogue('en');
const french = catalogue('fr');
const found = (source: string, pattern: RegExp) => [...source.matchAll(pattern)].map(([, key = '']) => key);
const placeholders = (text = '') => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

/** Where a code of ours stands: thrown, of a status, or one of a union of dotted codes. */
const CODE = /(?:\bnew AppError\(\s*|\bsuper\(|\b\d{3}: |\| (?='\w+\.))'([a-z]+[a-z.-]*)'/g;
/** Errors of the protocol that its library puts on a page. */
const LIBRARY_CODES = [
  'invalid_request',
  'invalid_client',
  'invalid_redirect_uri',
  'access_denied',
  'unmet_authentication_requirements',
  'error',
].map((error) => `oidc.${error}`);

const sources = (folder: string, ending: string) =>
  readdirSync(join(viewsDir, '..', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => readFileSync(join(viewsDir, '..', folder, file), 'utf8'));

/** Texts that read the same in both languages. */
const SAME = ['interactions:sms-setup.country-option', 'interactions:terms.version'];

describe('texts', () => {
  it('P1 has every key in both languages, never empty', () => {
    expect(Object.keys(french).sort()).toEqual(Object.keys(english).sort());
    expect(Object.entries({ ...english, ...french }).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('J11 speaks of one recovery code, never of backup codes', () => {
    const several = [...Object.entries(english), ...Object.entries(french)].filter(([, text]) =>
      /backup[- ]codes?|recovery codes|codes? de (secours|sauvegarde)|codes de récupération/i.test(text),
    );
    expect(several.map(([key]) => key)).toEqual([]);
  });

  it('P1 puts the same values into both languages', () => {
    for (const [key, text] of Object.entries(english))
      expect([key, [...new Set(placeholders(french[key]))]]).toEqual([key, [...new Set(placeholders(text))]]);
  });

  it('P1 leaves nothing untranslated but what is listed', () => {
    expect(Object.keys(english).filter((key) => english[key] === french[key])).toEqual(SAME);
  });

  it('P2 writes French with typographic apostrophes and no break before high punctuation', () => {
    for (const [key, text] of Object.entries(french)) {
      expect([key, text]).toEqual([key, text.replaceAll("'", '’')]);
      if (!key.endsWith('rule.special'))
        expect([key, text.match(/(?<![\u00a0\w]) ?[:;?!](?!\/)/)]).toEqual([key, null]);
    }
  });

  it('P3 does not copy the translation errors of the guide', () => {
    expect(Object.values(french).join('\n')).not.toMatch(/Escalier|\bFond\b/);
  });

  it('has every text that a view names', () => {
    for (const file of readdirSync(viewsDir, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.eta')) continue;
      const source = readFileSync(join(viewsDir, file), 'utf8');
      for (const [, key = ''] of source.matchAll(/['"]([a-z-]+:[a-z0-9._-]+)['"]/g))
        expect([file, key, texts.has(key)]).toEqual([file, key, true]);
    }
  });

  it('has every text that the code names, and title and text for every error code', () => {
    const keys = sources('src', '.ts').flatMap((source) => [
      ...found(source, /'((?:interactions|credentials|self-service|profile|messages|layout):[a-z0-9._-]+)'/g),
      ...[...found(source, CODE), ...LIBRARY_CODES].flatMap((code) => [
        `errors:${code}.title`,
        `errors:${code}.text`,
      ]),
    ]);
    expect(keys.filter((key) => !texts.has(key))).toEqual([]);
  });

  it('has no text that neither code nor view names', () => {
    const all = [...sources('src', '.ts'), ...sources('views', '.eta')];
    const everything = all.join('\n');
    const built = all
      .flatMap((source) =>
        found(source, /`((?:interactions|credentials|self-service|profile|messages|layout):[^`]*)`/g),
      )
      .map((pattern) => new RegExp(`^${pattern.replace(/\$\{[^}]*\}/g, '[\\w-]+')}$`));
    const isNamed = (key: string) => {
      const error = /^errors:(.*)\.(?:title|text|advice)$/.exec(key)?.[1];
      if (error) return LIBRARY_CODES.includes(error) || /\.error$/.test(error) || quoted(error);
      const named = key.replace(/-advice$/, '');
      return everything.includes(named) || built.some((one) => one.test(named));
    };
    const quoted = (name: string) => everything.includes(`'${name}'`);
    expect(Object.keys(english).filter((key) => !isNamed(key))).toEqual([]);
  });
});
