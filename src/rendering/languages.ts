import type { Locale } from '#i18n';

export interface LanguageLink {
  locale: Locale;
  /** The language's name in itself. */
  name: string;
  url: string;
  current: boolean;
}

const NAMES: Record<Locale, string> = { en: 'English', fr: 'Français' };

/** Links `?lang=…` that show the same page in each language; `path` is relative to our origin. */
export function languageLinks(locales: readonly Locale[], current: Locale, path?: string): LanguageLink[] {
  return locales.map((locale) => ({
    locale,
    name: NAMES[locale],
    url: withLanguage(path, locale),
    current: locale === current,
  }));
}

function withLanguage(path: string | undefined, locale: Locale): string {
  // Anything but a path on our own origin would turn the language switch into an open redirect.
  if (path === undefined || !/^\/(?![/\\])/.test(path)) return `?lang=${locale}`;
  const url = new URL(path, 'http://origin.invalid');
  url.searchParams.delete('ui_locales');
  url.searchParams.set('lang', locale);
  return url.pathname + url.search;
}
