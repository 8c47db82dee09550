import type { Log } from '#kernel';

interface Options {
  stop(): Promise<void>;
  /** Milliseconds from the first signal, after which the process ends whatever is left. */
  deadlineMs: number;
  log: Log;
  exit(code: number): void;
}

/** SIGTERM and SIGINT stop in order and end with 0; a second one, or the deadline, ends at once with 1. */
export function stopOnSignal({ stop, deadlineMs, log, exit }: Options): void {
  let stopping = false;

  function onSignal(signal: NodeJS.Signals): void {
    if (stopping) exit(1);
    stopping = true;
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
