import type { Config } from '#config';
import { type Listening, listen } from '#http';
import { AppError, MINUTE, systemClock, systemRandomness } from '#kernel';
import { createLogger, type MetricsServer, serveMetrics } from '#ops';
import { type Core, createCore, type Outside } from './core.ts';
import { createDailyWork } from './daily-work.ts';
import { createFeatures, type Features } from './features.ts';
import { createWeb, type Web } from './web.ts';

const SWEEP_INTERVAL_MS = 5 * MINUTE;
const QUEUE_INTERVAL_MS = 1_000;

export interface Gatehouse extends Features {
  config: Config;
  storage: Core['storage'];
  web: Web;
  /** Opens the storage; enough for the CLI. */
  open(): Promise<void>;
  /** Opens, applies BOOTSTRAP_FILE and starts the workers; the web app then answers at `web.http.app`. */
  start(): Promise<void>;
  /** Starts and listens. Resolves with the port. */
  serve(): Promise<{ port: number }>;
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
    { 'password-expiry-reminders': features.expiryReminders.run },
  );
  const { storage, log, metrics } = core;
  let listening: Listening | undefined;
  let metricsServer: MetricsServer | undefined;
  let sweeper: NodeJS.Timeout | undefined;

  async function applyBootstrap(path: string): Promise<void> {
    const result = await features.bootstrap.applyFile(path, { env: process.env });
    if (result.outcome === 'invalid') {
      const problem = result.problems.map((one) => `${one.path}: ${one.problem}`).join('\n');
      throw new AppError('bootstrap.invalid', 422, { params: { problem } });
    }
    const { created, updated, differences } = result.report;
    log.info({ created, updated, differences }, 'bootstrap file applied');
  }

  /** The protocol library looks at a client when it is first used; here it is looked at before anyone needs it. */
  async function checkClients(): Promise<void> {
    const clients = await features.clients.all();
    const refused = await web.authorizationServer.refusedClients(clients.map((one) => one.client_id));
    for (const one of refused) log.error(one, 'a client cannot be used');
    const sources = new Map(clients.map((one) => [one.client_id, one.source]));
    const ours = refused.filter(({ clientId }) => sources.get(clientId) === 'bootstrap');
    if (ours.length === 0) return;
    const problem = ours.map((one) => `client ${one.clientId}: ${one.problem}`).join('\n');
    throw new AppError('bootstrap.invalid', 422, { params: { problem } });
  }

  function sweep(): void {
    storage.sweep().catch((error) => log.warn({ err: error }, 'expired documents could not be removed'));
  }

  async function start(): Promise<void> {
    await storage.open();
    if (config.bootstrapFile) await applyBootstrap(config.bootstrapFile);
    await web.authorizationServer.start();
    await checkClients();
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
    start,

    async serve() {
      await start();
      const { host, port, metricsHost, metricsPort, requestTimeoutSeconds } = config.server;
      if (metrics)
        metricsServer = await serveMetrics({ metrics, host: metricsHost, port: metricsPort ?? 0, log });
      listening = await listen({
        app: web.http.app,
        host,
        port,
        requestTimeoutSeconds,
        fallback: (status) => core.renderer.fallback(status, core.randomness.id()),
      });
      log.info({ port: listening.port, issuer: config.server.issuer }, 'listening');
      return { port: listening.port };
    },

    async close() {
      clearInterval(sweeper);
      dailyWork.stop();
      web.http.drain();
      await listening?.close();
      await metricsServer?.close();
      await features.relay.stop();
      await features.queue.stop();
      await Promise.all([features.closeFeatures(), web.close()]);
      await storage.close();
    },
  };
}
