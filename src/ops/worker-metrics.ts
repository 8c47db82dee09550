import type { Worker } from 'node:cluster';
import { SECOND } from '#kernel';

interface Figures {
  metricsTurn: number;
  figures?: object;
}

/** How long a worker has to tell its figures. */
const PATIENCE_MS = 2 * SECOND;

/**
 * In the primary: the metrics of all workers that serve in one, added up or as each metric says. One that is only starting
 * has served nothing yet and is not waited for. `text` rejects while a worker that serves does not answer: a sum without
 * it would look like counters that went back.
 */
export async function readWorkerMetrics(
  serving: () => Iterable<Worker>,
  patienceMs = PATIENCE_MS,
): Promise<{ contentType: string; text(): Promise<string> }> {
  const { AggregatorRegistry } = await import('prom-client');
  let turns = 0;
  return {
    contentType: AggregatorRegistry.PROMETHEUS_CONTENT_TYPE,
    async text() {
      const turn = ++turns;
      const told = await Promise.all([...serving()].map((worker) => figuresOf(worker, turn, patienceMs)));
      return AggregatorRegistry.aggregate(told.filter((one) => one !== undefined)).metrics();
    },
  };
}

/** In a worker: tells its primary when asked. */
export function tellPrimary(figures: () => Promise<object>): void {
  process.on('message', async (message: Partial<Figures> | null) => {
    if (message?.metricsTurn === undefined) return;
    const told: Figures = { metricsTurn: message.metricsTurn, figures: await figures() };
    if (process.connected) process.send?.(told);
  });
}

/** Undefined when it dies meanwhile. */
function figuresOf(worker: Worker, turn: number, patienceMs: number): Promise<object | undefined> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Partial<Figures> | null) => {
      if (message?.metricsTurn === turn) end(() => resolve(message.figures));
    };
    const onExit = () => end(() => resolve(undefined));
    const tooLong = () => end(() => reject(new Error(`worker ${worker.process.pid} did not answer`)));
    const timer = setTimeout(tooLong, patienceMs);
    function end(settle: () => void): void {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('exit', onExit);
      settle();
    }
    worker.on('message', onMessage);
    worker.on('exit', onExit);
    worker.send({ metricsTurn: turn } satisfies Figures, (error) => error && onExit());
  });
}
