import type { Locale } from '#i18n';

const TAGS: Record<Locale, string> = { en: 'en-US', fr: 'fr-FR' };

/** How long to wait, rounded up, in words: "45 seconds", "2 minutes", "3 hours". */
export function formatWait(seconds: number, locale: Locale): string {
  const [unit, size] = seconds <= 90 ? ['second', 1] : seconds <= 5_400 ? ['minute', 60] : ['hour', 3_600];
  const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(TAGS[locale], style).format(Math.max(1, Math.ceil(seconds / Number(size))));
}

/** "30 days". */
export function formatDays(days: number, locale: Locale): string {
  const style = { style: 'unit', unit: 'day', unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(TAGS[locale], style).format(days);
}

/** Day, month and year in words, in the IANA zone. `at`: epoch milliseconds. */
export function formatDate(at: number, locale: Locale, timeZone: string): string {
  return inWords(new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeZone }).format(at), locale);
}

/** Date and time to the minute with the zone's name, in the IANA zone. `at`: epoch milliseconds. */
export function formatInstant(at: number, locale: Locale, timeZone = 'UTC'): string {
  const format = new Intl.DateTimeFormat(TAGS[locale], {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  });
  return inWords(format.format(at), locale);
}

/** French counts the first day of a month only: 1er. */
function inWords(date: string, locale: Locale): string {
  return locale === 'fr' ? date.replace(/^1 /, '1er ') : date;
}
