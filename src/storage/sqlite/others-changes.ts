import type { Log } from '#kernel';
import type { ChangeTable } from './change-table.ts';
import type { DatabaseFile } from './database-file.ts';
import type { Files } from './open-files.ts';

export interface OthersChangesParts {
  changes: Pick<ChangeTable, 'poll'>;
  /** Undefined while they are closed. */
  files(): Files | undefined;
  /** False for files in memory, which nobody else writes. */
  shared: boolean;
  log: Log;
}

/** What this process knows of the changes that others make to the same files. */
export interface OthersChanges {
  /** Looks for new ones and tells the listeners; a failure is logged, the next look finds them. */
  poll(): void;
  /** Whether all changes up to now are known, after a look where one is due. */
  caughtUp(): boolean;
  /** A file is being read: what that shows may be newer than what was known before. */
  outdated(): void;
}

export function createOthersChanges({ changes, files, shared, log }: OthersChangesParts): OthersChanges {
  /** Up to this very callback of the event loop, with no look at a file since. */
  let isCaughtUp = false;

  function look(opened: readonly DatabaseFile[]): boolean {
    try {
      if (shared) changes.poll(opened);
      return true;
    } catch (error) {
      log.warn({ err: error }, 'change notices of other processes could not be read');
      return false;
    }
  }

  return {
    poll() {
      look(Object.values(files() ?? {}));
    },
    /** Nothing reaches this process between two ticks, so that one check serves all copies read in a callback. */
    caughtUp() {
      if (isCaughtUp) return true;
      const opened = files();
      if (!opened || !look([opened.durable])) return false;
      isCaughtUp = true;
      process.nextTick(() => {
        isCaughtUp = false;
      });
      return true;
    },
    outdated() {
      isCaughtUp = false;
    },
  };
}
