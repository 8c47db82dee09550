/**
 * i18n: the languages people may read, their texts (config/locales) and the choice of language for one request.
 * Owns catalogues, look-up and interpolation; values are never HTML-escaped here.
 * Leaves escaping and layout to rendering, and remembering a choice (cookie, account) to the surfaces.
 */
export { DEFAULT_LOCALE, isLocale, LOCALES, type Locale, negotiateLocale } from './locale.ts';
export { createTexts, type TextParams, type Texts } from './texts.ts';
