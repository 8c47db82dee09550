import type { Locale } from '#i18n';
import { formatDate, formatDays, formatInstant } from '#rendering';

/** Sample data with its days, instants and periods, which stand in it as in ISO 8601, in the words of a language. */
export function sampleIn<T>(locale: Locale, data: T): T {
  if (typeof data === 'string') return inWords(locale, data) as T;
  if (Array.isArray(data)) return data.map((item) => sampleIn(locale, item)) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, sampleIn(locale, value)]),
  ) as T;
}

function inWords(locale: Locale, text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return formatDate(Date.parse(text), locale, 'UTC');
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(text)) return formatInstant(Date.parse(text), locale);
  const days = /^P(\d+)D$/.exec(text)?.[1];
  return days === undefined ? text : formatDays(Number(days), locale);
}
