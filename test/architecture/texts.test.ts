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

/** Texts that read the same in both languages. */
const SAME = ['interactions:terms.version'];

describe('texts', () => {
  it('P1 has every key in both languages, never empty', () => {
    expect(Object.keys(french).sort()).toEqual(Object.keys(english).sort());
    expect(Object.entries({ ...english, ...french }).filter(([, text]) => text.trim() === '')).toEqual([]);
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
    const src = join(viewsDir, '../src');
    for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const source = readFileSync(join(src, file), 'utf8');
      const keys = [
        ...found(source, /'((?:interactions|self-service|messages|layout):[a-z0-9._-]+)'/g),
        ...found(source, /\bwrong\('[\w-]+', '([a-z.-]+)'/g).map((key) => `interactions:errors.${key}`),
        ...found(source, /\bnew AppError\(\s*'([^']+)'/g).flatMap((code) => [
          `errors:${code}.title`,
          `errors:${code}.text`,
        ]),
      ];
      for (const key of keys) expect([file, key, texts.has(key)]).toEqual([file, key, true]);
    }
  });

  it('has title and text for the error codes that are put together at run time', () => {
    const codes = [
      'not-found request-timeout unprocessable too-many-requests internal permission-denied heavy-load account-locked',
      'storage.unavailable storage.contention storage.conflict csrf misdirected-host payload-too-large',
      'unsupported-media-type method-not-allowed interaction.lost interaction.foreign interaction.finished',
      'oidc.invalid_request oidc.invalid_client oidc.invalid_redirect_uri oidc.access_denied oidc.error',
      'oidc.unmet_authentication_requirements federation.denied federation.timeout federation.unavailable',
      'federation.invalid-answer federation.foreign-domain federation.not-provisioned federation.disabled',
      'federation.account-mismatch federation.link-conflict delivery.failed config.invalid bootstrap.invalid bad-request',
    ].flatMap((line) => line.split(' '));
    for (const code of codes)
      expect([code, texts.has(`errors:${code}.title`), texts.has(`errors:${code}.text`)]).toEqual([
        code,
        true,
        true,
      ]);
  });
});
