import { createInstance } from 'i18next';
import { type Log, silentLog } from '#kernel';
import { loadCatalogues } from './catalogues.ts';
import { DEFAULT_LOCALE, LOCALES, type Locale } from './locale.ts';

export type TextParams = Readonly<Record<string, string | number>>;

/** Texts by `namespace:dotted.key`, as in config/locales/<lang>/<namespace>.json; `{{name}}` takes a value. */
export interface Texts {
  readonly locales: readonly Locale[];
  /** The text with its values put in as they are (not HTML-escaped); the key itself where it is missing. */
  translate(locale: Locale, key: string, params?: TextParams): string;
  /** True when every language has the key. */
  has(key: string): boolean;
}

interface Options {
  localesDir: string;
  /** Missing keys throw instead of being logged: for development and tests, never for production. */
  strict?: boolean;
  log?: Log;
}

export function createTexts({ localesDir, strict = false, log = silentLog }: Options): Texts {
  const catalogues = loadCatalogues(localesDir);
  const engine = createInstance();
  engine.init({
    lng: DEFAULT_LOCALE,
    fallbackLng: false,
    resources: catalogues,
    initAsync: false,
    keySeparator: false,
    nsSeparator: ':',
    interpolation: { escapeValue: false },
  });
  const textOf = (locale: Locale, key: string): string | undefined => {
    const [namespace = '', name = ''] = key.split(':', 2);
    const catalogue = catalogues[locale][namespace];
    return catalogue && Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  };
  const has = (key: string) => LOCALES.every((locale) => textOf(locale, key) !== undefined);

  return {
    locales: LOCALES,
    has,
    translate(locale, key, params = {}) {
      if (!has(key)) {
        if (strict) throw new Error(`no text "${key}"`);
        log.error({ key, locale }, 'a text is missing');
      }
      const text = textOf(locale, key);
      // Most texts take no value, and a page has dozens.
      if (text !== undefined && !text.includes('{{')) return text;
      // `replace` keeps our values apart from i18next's options; `nest: false` keeps `$t(…)` in a value plain text.
      return engine.t(key, { lng: locale, replace: params, nest: false });
    },
  };
}
