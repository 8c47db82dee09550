export const LOCALES = ['en', 'fr'] as const;
export type Locale = (typeof LOCALES)[number];
export const DEFAULT_LOCALE: Locale = 'en';

/** What a request tells about the language its person reads; every part may be absent or nonsense. */
export interface LocaleHints {
  /** The `ui_locales` parameter: language tags in order of preference, separated by spaces. */
  uiLocales?: string | undefined;
  /** The language the person's account is set to. */
  accountLocale?: string | undefined;
  /** The `Accept-Language` header. */
  acceptLanguage?: string | undefined;
  /** What was chosen by a language link in this browser; set by a click only, never by negotiation. */
  cookie?: string | undefined;
}

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

/**
 * The language of a request (P4): `ui_locales`, then the person's setting, then the browser, then English.
 * A language link clicked in this browser is the most recent wish and outranks them all.
 */
export function negotiateLocale(hints: LocaleHints): Locale {
  const wishes = [
    hints.cookie ?? '',
    ...(hints.uiLocales ?? '').split(/\s+/),
    hints.accountLocale ?? '',
    ...acceptedLanguages(hints.acceptLanguage ?? ''),
  ];
  return wishes.map(supportedLocale).find((locale) => locale !== undefined) ?? DEFAULT_LOCALE;
}

/** `fr-CA` is read as `fr`. */
function supportedLocale(tag: string): Locale | undefined {
  const language = tag.trim().toLowerCase().split(/[-_]/)[0];
  return isLocale(language) ? language : undefined;
}

/** Tags of an Accept-Language header, most wanted first; `q=0` means "not this one" (RFC 9110, 12.5.4). */
function acceptedLanguages(header: string): string[] {
  return header
    .slice(0, 1_000)
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag, weight: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => right.weight - left.weight)
    .map(({ tag }) => tag);
}
