import { AppError } from '#kernel';

/** Runs at most `concurrency` tasks at once; further ones wait in order. */
export interface WorkGate {
  <R>(task: () => Promise<R>): Promise<R>;
  waiting(): number;
}

/** @throws AppError 'heavy-load' (503) when `maxWaiting` tasks wait already */
export function createWorkGate({
  concurrency,
  maxWaiting,
}: {
  concurrency: number;
  maxWaiting: number;
}): WorkGate {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function enter(): Promise<void> {
    if (running < concurrency) {
      running++;
      return;
    }
    if (waiting.length >= maxWaiting) throw new AppError('heavy-load', 503);
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    // The place is handed over, so that a newcomer can't slip in between.
    if (next) next();
    else running--;
  }

  async function gate<R>(task: () => Promise<R>): Promise<R> {
    await enter();
    try {
      return await task();
    } finally {
      leave();
    }
  }
  return Object.assign(gate, { waiting: () => waiting.length });
}
