import cluster from 'node:cluster';
import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';

/** Of several workers the first does what must happen once at a start: the bootstrap file, the first keys, indexes. */
export type WorkerRole = 'first' | 'further';

const ROLE = 'GATEHOUSE_WORKER_ROLE';
const STOP = { gatehouse: 'stop' };

/** Tells the worker its role by its environment, and where compiled code lies: main.ts itself need not be compiled then. */
export function workerEnvironment(role: WorkerRole): Record<string, string> {
  const compileCache = getCompileCacheDir();
  return { [ROLE]: role, ...(compileCache && { NODE_COMPILE_CACHE: dirname(compileCache) }) };
}

export function isWorker(): boolean {
  return cluster.isWorker;
}

/** `auto`: one for each processor that this process may use. */
export function workerCount(workers: number | 'auto'): number {
  return workers === 'auto' ? availableParallelism() : workers;
}

export function portIn(message: unknown): number | undefined {
  const port = (message as { gatehousePort?: unknown } | null)?.gatehousePort;
  return typeof port === 'number' ? port : undefined;
}

export function orderToStop(worker: { isConnected(): boolean; send(message: object): unknown }): void {
  if (worker.isConnected()) worker.send(STOP);
}

/** A worker's side of its line to the primary. */
export function workerLink() {
  // The primary tells when to stop: a terminal's Ctrl-C and a supervisor's group signal reach workers too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  return {
    role: (process.env[ROLE] === 'further' ? 'further' : 'first') as WorkerRole,
    tellListening: (port: number) => void process.send?.({ gatehousePort: port }),
    onStop(listener: () => void) {
      process.on('message', (message: unknown) => {
        if ((message as { gatehouse?: unknown } | null)?.gatehouse === STOP.gatehouse) listener();
      });
    },
  };
}
