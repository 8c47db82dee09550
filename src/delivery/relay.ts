import { AUDIT_TOPIC, type Audit } from '#audit';
import { type Log, SECOND } from '#kernel';
import type { Emission, Storage } from '#storage';
import { JOB_TOPIC, type Queue } from './queue.ts';

const INTERVAL_MS = 5 * SECOND;

export interface Relay {
  /** Hands on what changes have emitted; resolves with the number. */
  drain(): Promise<number>;
  /** Drains after each local emission, and every few seconds what a dead node left behind. */
  start(): void;
  stop(): Promise<void>;
}

interface RelayParts {
  storage: Storage;
  queue: Pick<Queue, 'accept'>;
  audit: Pick<Audit, 'append'>;
  log: Log;
}

/** Carries emissions from the documents they were written in to the audit record and the queue, each at least once. */
export function createRelay({ storage, queue, audit, log }: RelayParts): Relay {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let waiting = false;

  async function deliver({ id, topic, payload }: Emission): Promise<void> {
    if (topic === AUDIT_TOPIC) return audit.append(payload);
    if (topic === JOB_TOPIC) return queue.accept(payload);
    // Kept, so that a newer node that knows the topic can deliver it.
    throw new Error(`emission ${id} has the unknown topic ${topic}`);
  }

  const drain = () => storage.drainEmissions(deliver);

  async function drainSafely(): Promise<void> {
    waiting = false;
    try {
      await drain();
    } catch (error) {
      log.warn({ err: error }, 'emissions could not be handed on');
    }
  }

  function wake(): void {
    if (waiting || !timer) return;
    waiting = true;
    running = running.then(drainSafely);
  }

  storage.onEmission(wake);
  return {
    drain,
    start() {
      timer = setInterval(wake, INTERVAL_MS).unref();
      wake();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await running;
    },
  };
}
