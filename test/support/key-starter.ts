import { parentPort, workerData } from 'node:worker_threads';
import { ensureSecretKeys } from '../../src/config/secret-keys.ts';

interface Task {
  folders: readonly string[];
  /** One counter a folder: how many stand before it. */
  gate: Int32Array;
  starters: number;
}

const { folders, gate, starters } = workerData as Task;
const keys = folders.map((folder, n) => {
  // All go at once: whoever comes last opens.
  if (Atomics.add(gate, n, 1) + 1 === starters) Atomics.notify(gate, n);
  for (let seen = Atomics.load(gate, n); seen < starters; seen = Atomics.load(gate, n))
    Atomics.wait(gate, n, seen, 5);
  return ensureSecretKeys(folder).join();
});
parentPort?.postMessage(keys);
