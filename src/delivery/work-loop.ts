export interface WorkLoop {
  /** Runs the work soon, unless it is stopped or about to run anyway. */
  wake(): void;
  /** From now on, also at intervals. */
  start(intervalMs: number): void;
  /** Waits for what is running. */
  stop(): Promise<void>;
}

/** One run after the other; `work` doesn't reject. */
export function createWorkLoop(work: () => Promise<void>): WorkLoop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let waiting = false;

  function wake(): void {
    if (waiting || !timer) return;
    waiting = true;
    running = running.then(() => {
      waiting = false;
      return work();
    });
  }

  return {
    wake,
    start(intervalMs) {
      timer = setInterval(wake, intervalMs).unref();
      wake();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await running;
    },
  };
}
