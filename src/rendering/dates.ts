import type { Locale } from '#i18n';

const TAGS: Record<Locale, string> = { en: 'en-US', fr: 'fr-FR' };

/** Day, month and year in words, in the IANA zone. `at`: epoch milliseconds. */
export function formatDate(at: number, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeZone }).format(at);
}

/** Date and time to the minute with the zone's name, in the IANA zone. `at`: epoch milliseconds. */
export function formatInstant(at: number, locale: Locale, timeZone = 'UTC'): string {
  return new Intl.DateTimeFormat(TAGS[locale], {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(at);
}
