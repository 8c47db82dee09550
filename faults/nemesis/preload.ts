import cluster from 'node:cluster';

/**
 * Preloaded into each server process of a run (`node --import`): its `Date` runs as far ahead or behind as the run says, and
 * it ends when the run has gone. A tool of the fault runs alone: the product has no switch that moves its clock.
 */
export interface ClockShift {
  shiftMs: number;
}

let shiftMs = 0;
const realNow = Date.now;
const shiftedNow = () => realNow() + shiftMs;

// Workers have a link to their primary instead.
if (cluster.isPrimary) {
  // The one Date of the process stays what it is, since libraries know it by name and by identity.
  Date.now = shiftedNow;
  globalThis.Date = new Proxy(Date, {
    construct: (date, given: unknown[], target) =>
      Reflect.construct(date, given.length === 0 ? [shiftedNow()] : given, target),
  });
  process.on('message', (message: ClockShift) => {
    ({ shiftMs } = message);
  });
  process.on('disconnect', () => process.exit());
  process.channel?.unref();
}
