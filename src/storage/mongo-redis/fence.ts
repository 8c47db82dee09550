import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';

/** Beyond this, reads go without copies rather than wait. */
const PATIENCE_MS = 500;

/** Whether all notices that were sent before now have arrived: one answered ping is proof for all who asked before it went out. */
export interface Fence {
  passed(): boolean | Promise<boolean>;
  /** The connection is subscribed; what was missed is unknown. */
  open(): void;
  /** The connection is gone. */
  close(): void;
}

export interface FenceParts {
  /** A round trip on the connection that brings the notices. */
  ping: () => Promise<unknown>;
  /** Notices may have been missed. */
  lost: () => void;
}

export function createFence({ ping, lost }: FenceParts): Fence {
  let isOpen = false;
  /** Tells one connection from the next. */
  let epoch = 0;
  let running: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;

  function close(): void {
    isOpen = false;
    epoch++;
    lost();
  }

  function open(): void {
    epoch++;
    // Whoever reads from now on starts with nothing.
    lost();
    isOpen = true;
  }

  /** After a silence: the answer, should it come, opens again. */
  async function retry(answer: Promise<unknown>, of: number): Promise<void> {
    let pending = answer;
    while (epoch === of) {
      try {
        await pending;
        if (epoch === of) open();
        return;
      } catch {
        await wait(PATIENCE_MS, undefined, { ref: false });
        pending = epoch === of ? ping() : pending;
      }
    }
  }

  function pass(): Promise<boolean> {
    const began = epoch;
    return new Promise((resolve) => {
      const answer = ping();
      const silence = setTimeout(() => {
        resolve(false);
        if (began !== epoch) return;
        close();
        void retry(answer, epoch);
      }, PATIENCE_MS);
      const settle = (isAnswered: boolean) => {
        clearTimeout(silence);
        resolve(isAnswered && began === epoch);
      };
      answer.then(
        () => settle(true),
        () => settle(false),
      );
    });
  }

  function start(): Promise<boolean> {
    next = undefined;
    if (!isOpen) return Promise.resolve(false);
    const mine = pass().finally(() => {
      if (running === mine) running = undefined;
    });
    running = mine;
    return mine;
  }

  return {
    passed() {
      if (!isOpen) return false;
      // All who ask in the same turn of the event loop, or while a ping is under way, share the next one.
      next ??= (running ?? nextTurn()).then(start, start);
      return next;
    },
    open,
    close,
  };
}
