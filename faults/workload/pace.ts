import { setTimeout as wait } from 'node:timers/promises';

/** Chance by a seed (mulberry32), so that a run can be repeated with the same choices. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  chance(probability: number): boolean;
  below(limit: number): number;
}

export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    next,
    chance: (probability) => next() < probability,
    below: (limit) => Math.floor(next() * limit),
  };
}

/** Ends the loops of all actors; a wait that is under way ends too. */
export interface Shift {
  readonly isOver: boolean;
  pause(milliseconds: number): Promise<void>;
  end(): void;
}

export function createShift(): Shift {
  const controller = new AbortController();
  return {
    get isOver() {
      return controller.signal.aborted;
    },
    pause: (milliseconds) => wait(milliseconds, undefined, { signal: controller.signal }).catch(() => {}),
    end: () => controller.abort(),
  };
}
