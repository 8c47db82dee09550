import { fdatasync } from 'node:fs';

/**
 * Makes commits durable without blocking the event loop: all that committed before a sync started share it.
 * See docs/decisions/001-group-commit.md for why this equals synchronous=FULL.
 */
export interface GroupSync {
  /** A transaction has committed: the next `settled` waits for a sync that starts later than this. */
  committed(): void;
  /** Resolves when every commit so far is on disk. @throws the error of the sync */
  settled(): Promise<void>;
}

const DONE = Promise.resolve();

/** `sync` is told when the sync before failed: what it left behind may look clean to the system but not be on disk. */
export function createGroupSync(sync: (failedBefore: boolean) => Promise<void>): GroupSync {
  let dirty = false;
  let failed = false;
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;

  async function run(previous: Promise<void> | undefined): Promise<void> {
    await previous?.catch(() => {});
    queued = undefined;
    dirty = false;
    running = sync(failed);
    try {
      await running;
      failed = false;
    } catch (error) {
      dirty = true;
      failed = true;
      throw error;
    } finally {
      running = undefined;
    }
  }

  return {
    committed() {
      dirty = true;
    },
    settled() {
      if (!dirty) return running ?? DONE;
      queued ??= run(running ?? DONE);
      return queued;
    },
  };
}

/** fdatasync of an open file on libuv's threads. */
export function syncFile(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(descriptor, (error) => (error ? reject(error) : resolve()));
  });
}
