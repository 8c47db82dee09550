import { DAY, HOUR, MINUTE } from '#kernel';

/** True for a zone that this runtime's IANA data knows. */
export function isTimeZone(name: string): boolean {
  try {
    wallClock(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant at which the local day `date` (YYYY-MM-DD) begins in an IANA zone (C15, H7). Where a change of clocks
 * skips midnight it is the first instant after it; where midnight comes twice, the first one.
 * @throws RangeError for an unknown zone or an impossible date
 */
export function enforcementInstant(date: string, timeZone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight)) throw new RangeError(`not a date: ${date}`);
  const localAt = wallClock(timeZone);
  // Offsets lie within ±14 h of UTC: those in force on either side of local midnight are all that can matter.
  const offsets = [midnight - DAY, midnight + DAY].map((instant) => localAt(instant) - instant);
  const exact = offsets.map((offset) => midnight - offset).filter((instant) => localAt(instant) === midnight);
  return exact.length > 0 ? Math.min(...exact) : firstInstantOf(midnight, localAt);
}

/** The end of the gap that swallows local midnight: minutes suffice, zones change on whole ones. */
function firstInstantOf(midnight: number, localAt: (instant: number) => number): number {
  let before = midnight - 2 * DAY - HOUR;
  let after = midnight + 2 * DAY + HOUR;
  while (after - before > MINUTE) {
    const middle = before + Math.floor((after - before) / (2 * MINUTE)) * MINUTE;
    if (localAt(middle) >= midnight) after = middle;
    else before = middle;
  }
  return after;
}

/** Instant → what the clocks on the wall show there, as if it were UTC milliseconds (whole seconds). */
function wallClock(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const parts = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const {
      year = 0,
      month = 1,
      day = 1,
      hour = 0,
      minute = 0,
      second = 0,
    } = parts as Record<string, number>;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
}
