import type { Queue } from '#delivery';
import { type Clock, DAY, HOUR, type Log } from '#kernel';

const TOPIC = 'daily-work';

export interface DailyWork {
  /** Looks every hour whether today's run is there; whichever node asks first, the queue leases it to one. */
  start(): void;
  stop(): void;
}

/** What is done once a day in the whole installation; a failed run is tried again by the queue. */
export function createDailyWork(
  { queue, clock, log }: { queue: Pick<Queue, 'enqueue' | 'handle'>; clock: Clock; log: Log },
  tasks: Readonly<Record<string, () => Promise<number>>>,
): DailyWork {
  let timer: NodeJS.Timeout | undefined;
  queue.handle(TOPIC, async ({ task }) => {
    const done = await tasks[String(task)]?.();
    log.info({ task, done }, 'daily work done');
  });

  function ask(): void {
    const day = Math.floor(clock.now() / DAY);
    for (const task of Object.keys(tasks)) {
      queue
        .enqueue({ id: `${TOPIC}:${task}:${day}`, topic: TOPIC, payload: { task } })
        .catch((error) => log.warn({ err: error, task }, 'daily work could not be queued'));
    }
  }

  return {
    start() {
      ask();
      timer = setInterval(ask, HOUR).unref();
    },
    stop: () => clearInterval(timer),
  };
}
