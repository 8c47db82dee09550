import type { Gatehouse } from '#app';
import { type Config, formatProblems, loadConfig } from '#config';
import { explainError, SECOND } from '#kernel';
import { createLogger, readWorkerMetrics, serveMetrics } from '#ops';
import { createSupervisor, isWorker, stopOnSignal, workerCount, workerLink } from '#processes';

/** What requests and jobs may take once the drain is over. */
const END_MS = 30 * SECOND;

/** The server as processes: one that does everything, or a primary and its workers. */
export async function run(): Promise<void> {
  const loaded = loadConfig({ env: process.env });
  if (loaded.outcome === 'invalid') {
    process.stderr.write(`${formatProblems(loaded.problems)}\n`);
    process.exit(1);
  }
  const { config } = loaded;
  const workers = workerCount(config.server.workers);
  try {
    if (isWorker()) await serveAsWorker(config);
    else if (workers > 1) await supervise(config, workers);
    else await serveAlone(config);
  } catch (error) {
    process.stderr.write(`Gatehouse could not start: ${explainError(error)}\n`);
    process.exit((error as { exitCode?: number }).exitCode ?? 1);
  }
}

async function serveAlone(config: Config): Promise<void> {
  const log = createLogger({ level: config.logLevel });
  const stopping = stopper();
  const deadlineMs = config.server.drainSeconds * SECOND + END_MS;
  // Before anything else: as process 1 of a container nothing else would end it.
  stopOnSignal({ stop: stopping.stop, deadlineMs, log, exit: process.exit });
  const { createGatehouse } = await import('#app');
  const gatehouse = await createGatehouse({ config, log });
  await gatehouse.serve();
  stopping.of(gatehouse);
}

async function serveAsWorker(config: Config): Promise<void> {
  const { role, tellListening, onStop } = workerLink();
  const stopping = stopper();
  onStop(() => {
    stopping.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  const { createGatehouse } = await import('#app');
  const gatehouse = await createGatehouse({ config });
  const { port } = await gatehouse.serve({ role });
  stopping.of(gatehouse);
  tellListening(port);
}

/** Stops at once what has not begun to serve: it has acknowledged nothing. */
function stopper() {
  let serving: Pick<Gatehouse, 'drain' | 'close'> | undefined;
  return {
    of(gatehouse: Pick<Gatehouse, 'drain' | 'close'>): void {
      serving = gatehouse;
    },
    async stop(): Promise<void> {
      await serving?.drain();
      await serving?.close();
    },
  };
}

async function supervise(config: Config, count: number): Promise<void> {
  const log = createLogger({ level: config.logLevel });
  const { issuer, metricsHost, metricsPort, drainSeconds } = config.server;
  const stopMs = drainSeconds * SECOND + END_MS;
  const supervisor = createSupervisor({ count, log, stopMs, giveUp: process.exit });
  stopOnSignal({ stop: supervisor.stop, deadlineMs: stopMs + SECOND, log, exit: process.exit });
  const metrics =
    metricsPort === undefined
      ? undefined
      : await serveMetrics({
          metrics: await readWorkerMetrics(supervisor.serving),
          host: metricsHost,
          port: metricsPort,
          log,
        });
  const port = await supervisor.start();
  if (port !== undefined) log.info({ port, issuer, workers: count, metricsPort: metrics?.port }, 'listening');
}
