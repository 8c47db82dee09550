import type { Clock } from '#kernel';

export interface TravellingClock extends Clock {
  /** Moves time on by so many milliseconds. */
  advance(milliseconds: number): void;
  /** Moves to an instant; time flows on from there. */
  travelTo(instant: string): void;
  /** To what the time really is. */
  travelBack(): void;
  /** Back to the real time, for every test after this one. */
  restore(): void;
}

/**
 * A clock that flows and can be moved; the libraries read `Date.now()`, so that it moves along, in this test file's realm.
 * One at a time; `restore` belongs into `afterAll`.
 */
export function travellingClock(start?: string): TravellingClock {
  const realNow = Date.now;
  let offset = 0;
  const now = () => realNow() + offset;
  const travelTo = (instant: string) => {
    offset = Date.parse(instant) - realNow();
  };
  if (start) travelTo(start);
  Date.now = now;
  return {
    now,
    travelTo,
    travelBack() {
      offset = 0;
    },
    advance(milliseconds) {
      offset += milliseconds;
    },
    restore() {
      Date.now = realNow;
    },
  };
}
