import { chmodSync, closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { storageUnavailable } from '../errors.ts';
import { createGroupSync, type GroupSync, syncFile } from './group-sync.ts';

/** How long a statement waits, blocking, for another process' write lock. */
const BUSY_MS = 2_000;

/** One open database file. `sync` makes commits durable; volatile and in-memory files need none. */
export interface DatabaseFile {
  readonly database: DatabaseSync;
  readonly sync: GroupSync;
  /** Prepared once per text, rows as arrays; for texts built from declarations, never from input. */
  statement(sql: string): StatementSync;
  /** Runs `work` in one write transaction. */
  transaction<R>(work: () => R): R;
  close(): void;
}

/** For messages and logs. */
export const SQLITE = 'SQLite';

/** After a failed sync the log can't be trusted to be written by the next: everything moves to the main file first. */
async function makeDurable(database: DatabaseSync, log: number, failedBefore: boolean): Promise<void> {
  try {
    if (failedBefore) {
      const result = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      if (result?.['busy'] !== 0)
        throw new Error('the write-ahead log could not be emptied after a failed sync');
    }
    await syncFile(log);
  } catch (cause) {
    throw storageUnavailable(SQLITE, cause);
  }
}

const NO_SYNC: GroupSync = { committed() {}, settled: () => Promise.resolve() };

/** Opens or creates a file, readable to its owner only. `durable`: commits are worth a sync of the write-ahead log. */
export function openDatabaseFile(path: string, durable: boolean): DatabaseFile {
  const inMemory = path === ':memory:';
  if (!inMemory) createPrivately(path);
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000');
    // The first write makes the log file, which then stays until the last connection closes.
    database.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS _files (id INTEGER PRIMARY KEY); COMMIT');
    const log = inMemory || !durable ? undefined : openLog(path);
    return databaseFile(database, log);
  } catch (error) {
    database.close();
    throw error;
  }
}

function databaseFile(database: DatabaseSync, log: number | undefined): DatabaseFile {
  const statements = new Map<string, StatementSync>();
  const sync =
    log === undefined ? NO_SYNC : createGroupSync((failedBefore) => makeDurable(database, log, failedBefore));
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  return {
    database,
    sync,
    statement(sql) {
      let found = statements.get(sql);
      if (!found) {
        found = database.prepare(sql);
        found.setReturnArrays(true);
        statements.set(sql, found);
      }
      return found;
    },
    transaction(work) {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // A full disk may have rolled back already.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    close() {
      database.close();
      if (log !== undefined) closeSync(log);
    },
  };
}

/** Only the log is ever opened beside SQLite: closing the main file or -shm would drop SQLite's POSIX locks. */
function openLog(path: string): number {
  const log = openSync(`${path}-wal`, 'r+');
  // The names of new files are durable only with their directory.
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
  return log;
}

/** SQLite would create the file by the umask, and gives -wal and -shm the same mode. An existing file is never opened by us. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    chmodSync(path, 0o600);
  }
}
