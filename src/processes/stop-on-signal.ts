import type { Log } from '#kernel';

interface Options {
  stop(): Promise<void>;
  /** Milliseconds from the first signal, after which the process ends whatever is left. */
  deadlineMs: number;
  log: Log;
  exit(code: number): void;
}

/** npm hands on the Ctrl-C (SIGINT) that the terminal has sent to the server as well: within this time it is one. */
const SAME_SIGNAL_MS = 500;

/** SIGTERM and SIGINT stop in order and end with 0; a second one, or the deadline, ends at once with 1. */
export function stopOnSignal({ stop, deadlineMs, log, exit }: Options): void {
  let stoppingSince: number | undefined;

  function onSignal(signal: NodeJS.Signals): void {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      if (signal !== 'SIGINT' || now - stoppingSince > SAME_SIGNAL_MS) exit(1);
      return;
    }
    stoppingSince = now;
    log.info({ signal }, 'stopping');
    setTimeout(() => exit(1), deadlineMs).unref();
    stop().then(
      () => exit(0),
      (error) => {
        log.error({ err: error }, 'could not stop in order');
        exit(1);
      },
    );
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
}
