import { randomUUID } from 'node:crypto';
import type { Clock, Log } from '#kernel';
import type { Engine, Layout } from '../engine.ts';
import { storageUnavailable } from '../errors.ts';
import { type ChangeTable, createChangeTable } from './change-table.ts';
import { type DatabaseFile, SQLITE } from './database-file.ts';
import { emissionTable } from './emission-table.ts';
import { asUnavailable, type Durability, type Files, openFiles } from './open-files.ts';
import { createOthersChanges } from './others-changes.ts';
import { markRebuilt, prepareTable } from './schema.ts';
import { createSqliteTable } from './sqlite-table.ts';

export interface SqliteOptions {
  /** Folder of durable.db and volatile.db, made when missing; ':memory:' keeps both in memory. */
  dataDir: string;
  clock: Clock;
  log: Log;
  /** How often to look for changes by other processes; 200 when absent. */
  pollMs?: number;
  /** Upper bound of each file in pages of 4 KiB, to keep room on a shared disk; none when absent. */
  maxPages?: number;
}

/** Writes a page, and is never synced. */
const TOUCH = 'INSERT OR REPLACE INTO _files (id) VALUES (1)';

/** The embedded engine: two SQLite files, shared by the processes of one machine. */
export function createSqliteEngine({ dataDir, log, pollMs = 200, maxPages }: SqliteOptions): Engine {
  const layouts: Layout[] = [];
  const isShared = dataDir !== ':memory:';
  const changes = createChangeTable(randomUUID());
  let files: Files | undefined;
  let timer: NodeJS.Timeout | undefined;
  const others = createOthersChanges({ changes, files: () => files, shared: isShared, log });

  const accessTo = (durability: Durability) => {
    return <R>(work: (file: DatabaseFile) => R): R => {
      if (!files) throw storageUnavailable(SQLITE, new Error('not open'));
      others.outdated();
      try {
        return work(files[durability]);
      } catch (error) {
        throw asUnavailable(error);
      }
    };
  };

  return {
    name: SQLITE,
    caches: ({ busy }) => !busy,
    table(layout) {
      layouts.push(layout);
      return createSqliteTable(layout, {
        access: accessTo(layout.durability),
        emissions: emissionTable,
        changes,
      });
    },
    async open() {
      if (files) throw new TypeError('the engine is open already');
      const opened = await openFiles(dataDir, maxPages);
      try {
        const changed = prepareFiles(opened, layouts, changes);
        files = opened;
        if (isShared) timer = setInterval(others.poll, pollMs).unref();
        return changed;
      } catch (error) {
        for (const file of Object.values(opened)) file.close();
        throw asUnavailable(error);
      }
    },
    async rebuilt(collection) {
      const layout = layouts.find(({ name }) => name === collection) as Layout;
      accessTo(layout.durability)((file) => markRebuilt(file, layout));
    },
    async close() {
      clearInterval(timer);
      const closing = files;
      files = undefined;
      await closing?.durable.sync.settled();
      for (const file of Object.values(closing ?? {})) file.close();
    },
    async check() {
      // A full disk can still be read.
      for (const durability of ['durable', 'volatile'] as const) {
        accessTo(durability)((file) => file.transaction(() => file.statement(TOUCH).run()));
      }
    },
    emissions: emissionTable.queue(accessTo('durable')),
    changes: {
      caughtUp: others.caughtUp,
      listen: changes.listen,
      watch(collections, only) {
        changes.watch(collections, only);
        others.poll();
      },
    },
  };
}

/** Makes what is missing in both files. Names the collections whose index entries must be rebuilt. */
function prepareFiles(
  files: Files,
  layouts: readonly Layout[],
  changes: Pick<ChangeTable, 'prepare'>,
): string[] {
  for (const file of Object.values(files)) file.transaction(() => changes.prepare(file));
  files.durable.transaction(() => emissionTable.prepare(files.durable));
  return layouts
    .filter((layout) =>
      files[layout.durability].transaction(() => prepareTable(files[layout.durability], layout)),
    )
    .map(({ name }) => name);
}
