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
  const { createGatehouse } = await import('#app');
  const log = createLogger({ level: config.logLevel });
  const gatehouse = await createGatehouse({ config, log });
  await gatehouse.serve();
  const stop = async () => {
    await gatehouse.drain();
    await gatehouse.close();
  };
  stopOnSignal({ stop, deadlineMs: gatehouse.drainMs + END_MS, log, exit: process.exit });
}

async function serveAsWorker(config: Config): Promise<void> {
  const { role, tellListening, onStop } = workerLink();
  let stop = async () => {};
  onStop(() => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  const { createGatehouse } = await import('#app');
  const gatehouse = await createGatehouse({ config });
  const { port } = await gatehouse.serve({ role });
  stop = async () => {
    await gatehouse.drain();
    await gatehouse.close();
  };
  tellListening(port);
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
      : await serveMetrics({ metrics: await readWorkerMetrics(), host: metricsHost, port: metricsPort, log });
  const port = await supervisor.start();
  if (port !== undefined) log.info({ port, issuer, workers: count, metricsPort: metrics?.port }, 'listening');
}
