import { type Clock, HOUR } from '#kernel';
import type { Collection, Storage } from '#storage';
import { type Progress, progressSchema } from './progress.ts';

const PROGRESS_LIFE_MS = HOUR;

export interface ProgressStore {
  /** This browser's progress of the request; a new one when there is none. Undefined for another browser's. */
  open(cid: string, browser: string): Promise<Progress | undefined>;
  /** Compare-and-swap; undefined when the progress has gone. */
  update(cid: string, change: (progress: Progress) => Progress): Promise<Progress | undefined>;
  end(cid: string): Promise<void>;
}

export function createProgressStore({ storage, clock }: { storage: Storage; clock: Clock }): ProgressStore {
  const collection: Collection<Progress> = storage.collection({
    name: 'log-in-progress',
    schema: progressSchema,
    key: 'cid',
    expiresAt: 'expiresAt',
    durability: 'volatile',
    sealed: ['secrets'],
  });
  const expiresAt = () => clock.now() + PROGRESS_LIFE_MS;
  return {
    async open(cid, browser) {
      const stored = await collection.get(cid);
      if (stored) return stored.browser === browser ? stored : undefined;
      const fresh: Progress = { cid, browser, secrets: {}, expiresAt: expiresAt() };
      if (await collection.insertIfAbsent(fresh)) return fresh;
      const other = await collection.get(cid);
      return other?.browser === browser ? other : undefined;
    },
    update: (cid, change) =>
      collection.update(cid, (stored) => ({ ...change(stored), expiresAt: expiresAt() })),
    async end(cid) {
      await collection.delete(cid);
    },
  };
}
