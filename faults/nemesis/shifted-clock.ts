/**
 * Preloaded into a server process (`node --import`): its `Date` runs as far ahead or behind as the parent process says.
 * A tool of the fault runs alone: the product has no switch that moves its clock.
 */
export interface ClockShift {
  shiftMs: number;
}

let shiftMs = 0;
const realNow = Date.now;
const shiftedNow = () => realNow() + shiftMs;

// The one Date of the process stays what it is, since libraries know it by name and by identity.
Date.now = shiftedNow;
globalThis.Date = new Proxy(Date, {
  construct: (date, given: unknown[], target) =>
    Reflect.construct(date, given.length === 0 ? [shiftedNow()] : given, target),
});
process.on('message', (message: ClockShift) => {
  ({ shiftMs } = message);
});
process.channel?.unref();
