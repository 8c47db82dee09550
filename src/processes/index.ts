/**
 * processes: Gatehouse as processes of an operating system: workers that share a port, signals, ends.
 * Owns what the primary does (start, replace and stop workers, read all their metrics) and what a signal means.
 * Leaves what a worker serves to app; the primary opens no storage.
 */
export { stopOnSignal } from './stop-on-signal.ts';
export { createSupervisor } from './supervisor.ts';
export { isWorker, type WorkerRole, workerCount, workerLink } from './worker.ts';
