import type { ChangeFeed, OnChange } from '../engine.ts';
import { knownOf } from '../index-result.ts';
import type { DatabaseFile } from './database-file.ts';
import { firstNumber } from './row-sql.ts';

/** What a process that fell behind further than this is told: anything may have changed. */
const KEPT_CHANGES = 10_000;
/** Often enough that no pruning takes long. */
const PRUNE_EVERY = 500;

/**
 * Change notices between the processes that share the files: watched collections leave a row in `_changes` with each
 * write; the others look for new rows when `PRAGMA data_version` says that somebody else has committed.
 */
export interface ChangeTable extends Omit<ChangeFeed, 'caughtUp'> {
  prepare(file: DatabaseFile): void;
  isWatched(collection: string, isNew: boolean): boolean;
  record(file: DatabaseFile, ...change: Parameters<OnChange>): void;
  /** Tells the listeners what others changed since the last call. */
  poll(files: readonly DatabaseFile[]): void;
  /** Forgets old notices. */
  prune(file: DatabaseFile): void;
}

interface Position {
  dataVersion: number;
  seq: number;
}

const CREATE = `
  CREATE TABLE IF NOT EXISTS _watched (collection TEXT PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS _changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL)`;
const ADD_RESULTS = "ALTER TABLE _changes ADD COLUMN results TEXT NOT NULL DEFAULT ''";
const RECORD = 'INSERT INTO _changes (origin, collection, key, results) VALUES (?, ?, ?, ?)';
const NEWER = 'SELECT seq, origin, collection, key, results FROM _changes WHERE seq > ? ORDER BY seq';

/** `origin`: a name that no other process has. */
export function createChangeTable(origin: string): ChangeTable {
  let recordedSincePruned = 0;
  const requested = new Set<string>();
  const recorded = new Set<string>();
  const listeners: OnChange[] = [];
  const positions = new WeakMap<DatabaseFile, Position>();
  const tell: OnChange = (...change) => {
    for (const listener of listeners) listener(...change);
  };

  /** The names are in the files, so that writers which don't watch themselves (the CLI) leave notices too. */
  function exchangeNames(file: DatabaseFile): void {
    const text = 'INSERT INTO _watched (collection) VALUES (?) ON CONFLICT DO NOTHING';
    for (const name of requested) if (!recorded.has(name)) file.statement(text).run(name);
    for (const row of file.statement('SELECT collection FROM _watched').all()) {
      recorded.add((row as unknown as string[])[0] as string);
    }
  }

  function newChanges(file: DatabaseFile, since: number): number {
    const oldest = firstNumber(file.statement('SELECT coalesce(min(seq), 0) FROM _changes').get());
    if (oldest > since + 1) tell('*', '*', []);
    let seq = since;
    for (const row of file.statement(NEWER).all(since)) {
      const [at, writer, collection, key, results] = row as unknown as [number, ...string[]];
      seq = at;
      if (writer !== origin) tell(collection as string, key as string, results ? results.split(' ') : []);
    }
    return seq;
  }

  function prune(file: DatabaseFile): void {
    recordedSincePruned = 0;
    file.statement('DELETE FROM _changes WHERE seq <= (SELECT max(seq) FROM _changes) - ?').run(KEPT_CHANGES);
  }

  return {
    prepare(file) {
      file.database.exec(CREATE);
      const columns = file
        .statement("SELECT name FROM pragma_table_info('_changes')")
        .all() as unknown as string[][];
      if (!columns.some(([name]) => name === 'results')) file.database.exec(ADD_RESULTS);
      exchangeNames(file);
      const seq = firstNumber(file.statement('SELECT coalesce(max(seq), 0) FROM _changes').get());
      positions.set(file, { dataVersion: dataVersion(file), seq });
    },
    isWatched: (collection, isNew) =>
      recorded.has(collection) || (!isNew && recorded.has(knownOf(collection))),
    record(file, collection, key, results) {
      file.statement(RECORD).run(origin, collection, key, results.join(' '));
      recordedSincePruned++;
      if (recordedSincePruned >= PRUNE_EVERY) prune(file);
    },
    poll(files) {
      for (const file of files) {
        const position = positions.get(file);
        if (!position) continue;
        if ([...requested].some((name) => !recorded.has(name))) exchangeNames(file);
        const version = dataVersion(file);
        if (version === position.dataVersion) continue;
        exchangeNames(file);
        positions.set(file, { dataVersion: version, seq: newChanges(file, position.seq) });
      }
    },
    prune,
    watch(collections, only) {
      for (const name of collections) requested.add(only ? knownOf(name) : name);
    },
    listen(listener) {
      listeners.push(listener);
    },
  };
}

const dataVersion = (file: DatabaseFile) => firstNumber(file.statement('PRAGMA data_version').get());
