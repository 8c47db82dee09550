export interface LoadLimits {
  /** No operation begins later than this … */
  seconds: number;
  concurrency: number;
  /** … unless fewer than this have begun, but then for no more than `PATIENCE` times as long. */
  minOperations: number;
}

const PATIENCE = 5;

export interface LoadResult {
  operations: number;
  /** From the first beginning to the last end. */
  seconds: number;
  /** Of each operation, milliseconds. */
  latencies: number[];
}

/** `concurrency` workers, each with one operation at a time. @throws the first failure of an operation */
export async function generateLoad(
  operation: (worker: number) => Promise<void>,
  { seconds, concurrency, minOperations }: LoadLimits,
): Promise<LoadResult> {
  const latencies: number[] = [];
  const began = performance.now();
  let started = 0;
  const isTimeLeft = () => {
    const limit = started < minOperations ? seconds * PATIENCE : seconds;
    return performance.now() - began < limit * 1000;
  };
  const work = async (worker: number) => {
    while (isTimeLeft()) {
      started += 1;
      const at = performance.now();
      await operation(worker);
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)));
  return { operations: latencies.length, seconds: (performance.now() - began) / 1000, latencies };
}
