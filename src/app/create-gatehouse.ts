import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '#config';
import { type Listening, listen } from '#http';
import { MINUTE, SECOND, systemClock, systemRandomness } from '#kernel';
import { createLogger, type MetricsServer, serveMetrics } from '#ops';
import type { WorkerRole } from '#processes';
import { type Core, createCore, type Outside } from './core.ts';
import { createDailyWork } from './daily-work.ts';
import { createFeatures, type Features } from './features.ts';
import { applyBootstrap, checkClients } from './start-checks.ts';
import { createWeb, type Web } from './web.ts';

const SWEEP_INTERVAL_MS = 5 * MINUTE;
const QUEUE_INTERVAL_MS = 1_000;

/** One process that does everything, or one of several workers of a primary, of which the first does what happens once. */
type Role = 'alone' | WorkerRole;

export interface Gatehouse extends Features {
  config: Config;
  storage: Core['storage'];
  web: Web;
  /** Opens the storage; enough for the CLI. */
  open(): Promise<void>;
  /** Opens, applies BOOTSTRAP_FILE and starts the background work; the web app then answers at `web.http.app`. */
  start(): Promise<void>;
  /** Starts and listens. Resolves with the port. */
  serve(options?: { role?: Role }): Promise<{ port: number }>;
  /** Not ready from now on, and still serving for DRAIN_SECONDS, while load balancers look elsewhere. */
  drain(): Promise<void>;
  rotateKeys(): Promise<void>;
  /** Takes no more requests, ends running ones and jobs, closes the storage. */
  close(): Promise<void>;
}

/** The composition root: every part is made here and handed what it needs. */
export async function createGatehouse({
  config,
  ...given
}: { config: Config } & Partial<Outside>): Promise<Gatehouse> {
  const outside: Outside = {
    clock: systemClock,
    randomness: systemRandomness,
    log: given.log ?? createLogger({ level: config.logLevel }),
    ...given,
  };
  const core = await createCore(config, outside);
  const features = createFeatures(core);
  const web = createWeb(core, features);
  const dailyWork = createDailyWork(
    { ...core, queue: features.queue },
    {
      'password-expiry-reminders': features.expiryReminders.run,
      'audit-retention': () => features.audit.forget(config.audit),
    },
  );
  const { storage, log, metrics } = core;
  const drainMs = config.server.drainSeconds * SECOND;
  let listening: Listening | undefined;
  let metricsServer: MetricsServer | undefined;
  let sweeper: NodeJS.Timeout | undefined;

  function sweep(): void {
    storage.sweep().catch((error) => log.warn({ err: error }, 'expired documents could not be removed'));
  }

  async function start(role: Role = 'alone'): Promise<void> {
    await storage.open();
    const once = role !== 'further';
    if (once && config.bootstrapFile) await applyBootstrap(features, config.bootstrapFile, log);
    await web.authorizationServer.start();
    if (once) await checkClients(features, web, log);
    features.relay.start();
    features.queue.start({ intervalMs: QUEUE_INTERVAL_MS });
    dailyWork.start();
    sweeper = setInterval(sweep, SWEEP_INTERVAL_MS).unref();
  }

  return {
    ...features,
    config,
    storage,
    web,
    open: () => storage.open(),
    rotateKeys: () => web.authorizationServer.rotateKeys(),
    start: () => start(),

    async serve({ role = 'alone' } = {}) {
      await start(role);
      const { host, port, issuer, metricsHost, metricsPort, requestTimeoutSeconds } = config.server;
      // The primary's port shows the metrics of all its workers.
      if (metrics && role === 'alone')
        metricsServer = await serveMetrics({ metrics, host: metricsHost, port: metricsPort ?? 0, log });
      listening = await listen({
        app: web.http.app,
        host,
        port,
        requestTimeoutSeconds,
        fallback: (status) => core.renderer.fallback(status, core.randomness.id()),
      });
      const { port: actual } = listening;
      if (role === 'alone') log.info({ port: actual, issuer, metricsPort: metricsServer?.port }, 'listening');
      else log.info({ pid: process.pid, role }, 'worker listening');
      return { port: actual };
    },

    async drain() {
      web.http.drain();
      listening?.endConnections();
      if (listening) await wait(drainMs);
    },

    async close() {
      clearInterval(sweeper);
      dailyWork.stop();
      web.http.drain();
      listening?.endConnections();
      await listening?.close();
      await metricsServer?.close();
      await features.relay.stop();
      await features.queue.stop();
      await Promise.all([features.closeFeatures(), web.close()]);
      await storage.close();
    },
  };
}
