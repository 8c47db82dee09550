import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Log, MINUTE, SECOND } from '#kernel';
import { orderToStop, portIn, type WorkerRole, workerEnvironment } from './worker.ts';

interface Options {
  count: number;
  log: Log;
  /** Milliseconds that a worker has to stop before it is killed. */
  stopMs: number;
  /** No worker serves and none will start: ends the primary. */
  giveUp(exitCode: number): void;
}

export interface Supervisor {
  /** Starts the first worker and then the others. Resolves with the port; undefined when told to stop meanwhile. @throws WorkerEnded when one cannot start */
  start(): Promise<number | undefined>;
  /** Lets every worker end what it is doing. */
  stop(): Promise<void>;
  /** Those that have said that they listen, and live. */
  serving(): Iterable<Worker>;
}

/** Its message is on standard error already. */
export class WorkerEnded extends Error {
  readonly exitCode: number;

  constructor(code: number | null) {
    super('a worker ended before it listened');
    this.exitCode = code || 1;
  }
}

const FIRST_PAUSE_MS = SECOND / 2;
const LAST_PAUSE_MS = 30 * SECOND;
const FAILED_STARTS = 5;

/** Keeps `count` workers serving: whoever dies is replaced, at once the first time, ever later when it happens again. */
export function createSupervisor({ count, log, stopMs, giveUp }: Options): Supervisor {
  const serving = new Set<Worker>();
  let deaths: number[] = [];
  let failedStarts = 0;
  let stopping = false;

  async function begin(role: WorkerRole): Promise<number> {
    const worker = cluster.fork(workerEnvironment(role));
    const port = await listening(worker);
    failedStarts = 0;
    serving.add(worker);
    worker.once('exit', (exitCode, signal) => {
      serving.delete(worker);
      if (stopping) return;
      log.error({ pid: worker.process.pid, exitCode, signal }, 'a worker died and is replaced');
      void replace();
    });
    return port;
  }

  async function replace(): Promise<void> {
    const now = performance.now();
    deaths = [...deaths.filter((at) => now - at < MINUTE), now];
    // The pause keeps nobody from leaving: `stop` ends the process.
    await wait(pauseAfter(deaths.length));
    if (stopping) return;
    try {
      await begin('further');
    } catch (error) {
      failedStarts += 1;
      const { exitCode } = error as WorkerEnded;
      log.error({ exitCode, failedStarts }, 'a worker could not be replaced');
      if (!stopping && serving.size === 0 && failedStarts >= FAILED_STARTS) return giveUp(exitCode);
      await replace();
    }
  }

  return {
    async start() {
      // A connection that the primary hands to a worker just as it dies would hang for ever: workers accept for themselves.
      cluster.schedulingPolicy = cluster.SCHED_NONE;
      try {
        const port = await begin('first');
        await Promise.all(Array.from({ length: count - 1 }, () => begin('further')));
        return port;
      } catch (error) {
        if (stopping) return undefined;
        throw error;
      }
    },
    async stop() {
      stopping = true;
      const all = Object.values(cluster.workers ?? {}).filter(
        (one): one is Worker => one?.isDead() === false,
      );
      const codes = await Promise.all(all.map((worker) => stopWorker(worker, stopMs)));
      if (codes.some((code) => code !== 0)) throw new Error('a worker did not stop in order');
    },
    serving: () => serving,
  };
}

/** Resolves with its port. */
function listening(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message) => {
      const port = portIn(message);
      if (port !== undefined) resolve(port);
    });
    worker.once('exit', (code) => reject(new WorkerEnded(code)));
  });
}

async function stopWorker(worker: Worker, stopMs: number): Promise<number | null> {
  const exited = once(worker, 'exit') as Promise<[number | null]>;
  orderToStop(worker);
  const kill = setTimeout(() => worker.process.kill('SIGKILL'), stopMs);
  const [code] = await exited;
  clearTimeout(kill);
  return code;
}

function pauseAfter(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 2));
}
