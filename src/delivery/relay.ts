import { AUDIT_TOPIC, type Audit } from '#audit';
import { type Log, SECOND } from '#kernel';
import type { Emission, Storage } from '#storage';
import { JOB_TOPIC, type Queue } from './queue.ts';
import { createWorkLoop } from './work-loop.ts';

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
  async function deliver({ id, topic, payload }: Emission): Promise<void> {
    if (topic === AUDIT_TOPIC) return audit.append(payload);
    if (topic === JOB_TOPIC) return queue.accept(payload);
    // Kept, so that a newer node that knows the topic can deliver it.
    throw new Error(`emission ${id} has the unknown topic ${topic}`);
  }

  const drain = () => storage.drainEmissions(deliver);

  const loop = createWorkLoop(async () => {
    try {
      await drain();
    } catch (error) {
      log.warn({ err: error }, 'emissions could not be handed on');
    }
  });
  storage.onEmission(loop.wake);
  return { drain, start: () => loop.start(INTERVAL_MS), stop: loop.stop };
}
