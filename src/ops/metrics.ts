import cluster from 'node:cluster';
import { tellPrimary } from './worker-metrics.ts';

/** Counts for operators, in Prometheus' text format. Labels are few and never hold anything about a person. */
export interface Metrics {
  readonly contentType: string;
  /** `route` is a route's name: paths would make a series of each id. */
  observeRequest(request: { method: string; route: string; status: number; milliseconds: number }): void;
  /** One audit event of `type` was recorded: log-ins, locks, resets and their like. */
  countEvent(type: string): void;
  /** Asked at each reading for the jobs that wait and that were given up. */
  watchQueue(depth: () => Promise<{ due: number; dead: number }>): void;
  /** Asked at each reading for the password hashes that wait for a processor; too many, and log-ins get 503. */
  watchHashes(waiting: () => number): void;
  text(): Promise<string>;
}

/**
 * A registry of its own, with the process' figures (CPU, memory, event-loop lag) beside ours. Loads its library.
 * In a worker its primary can read them: see worker-metrics.ts.
 */
export async function createMetrics(): Promise<Metrics> {
  const { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  if (cluster.isWorker) tellPrimary(() => registry.getMetricsAsJSON());
  const requests = new Histogram({
    name: 'gatehouse_http_request_duration_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const events = new Counter({
    name: 'gatehouse_audit_events_total',
    help: 'Security-relevant acts by type, log-ins included.',
    labelNames: ['type'],
    registers,
  });
  return {
    contentType: registry.contentType,
    observeRequest({ method, route, status, milliseconds }) {
      requests.observe({ method, route, status: String(status) }, milliseconds / 1000);
    },
    countEvent: (type) => events.inc({ type }),
    watchQueue(depth) {
      new Gauge({
        name: 'gatehouse_jobs',
        help: 'Jobs that wait (due) or were given up (dead): messages, notices.',
        labelNames: ['state'],
        // Workers look at the same queue.
        aggregator: 'max',
        registers,
        async collect() {
          const { due, dead } = await depth();
          this.set({ state: 'due' }, due);
          this.set({ state: 'dead' }, dead);
        },
      });
    },
    watchHashes(waiting) {
      new Gauge({
        name: 'gatehouse_password_hashes_waiting',
        help: 'Password hashes that wait for a processor; beyond 64 in a process a log-in gets 503.',
        registers,
        collect() {
          this.set(waiting());
        },
      });
    },
    text: () => registry.metrics(),
  };
}
