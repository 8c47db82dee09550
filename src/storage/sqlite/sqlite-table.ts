import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { Entry, Layout, RawQuery, Row, Scope, Table, WriteOutcome } from '../engine.ts';
import { concernsCopies } from '../index-result.ts';
import type { IndexValue } from '../port.ts';
import type { ChangeTable } from './change-table.ts';
import type { DatabaseFile } from './database-file.ts';
import type { EmissionTable } from './emission-table.ts';
import { firstNumber, foundRowOf, rowOf, tableSql } from './row-sql.ts';
import { column, columnFields, listTableName, tableName } from './schema.ts';
import { countSql, deleteWhereSql, findSql } from './scope-sql.ts';

/** What a table needs of its open file. `access` maps every failure to AppError 'storage.unavailable'. */
export interface TableParts {
  access: <R>(work: (file: DatabaseFile) => R) => R;
  emissions: EmissionTable;
  changes: ChangeTable;
}

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY (sqlite.org/rescode.html). */
const UNIQUE_VIOLATIONS = [2067, 1555];
/** Turns that other processes, taking and freeing the same unique value, can make vain. */
const MAX_TURNS = 20;

export function createSqliteTable(layout: Layout, { access, emissions, changes }: TableParts): Table {
  const sql = tableSql(layout);
  const keepsCopies = layout.cache !== undefined && !layout.cache.busy;
  const isQuietlyNew = keepsCopies && !concernsCopies(layout, true);
  const fields = columnFields(layout);
  const lists = layout.index.filter((index) => index.listField !== undefined);
  const columns = (entry: Entry): SQLInputValue[] =>
    fields.map((field) => (entry.fields[field] as IndexValue | undefined) ?? null);
  const values = (entry: Entry): SQLInputValue[] => [
    entry.rev,
    entry.version,
    entry.body,
    entry.expiresAt,
    ...columns(entry),
  ];

  /** Runs one change with all that belongs to it; a single statement needs no transaction of its own. */
  function change(
    file: DatabaseFile,
    key: string,
    entry: Entry | undefined,
    work: () => boolean,
    isNew = false,
  ): boolean {
    const isTold = (keepsCopies && concernsCopies(layout, isNew)) || changes.isWatched(layout.name, isNew);
    const alone = !(entry && (lists.length > 0 || entry.emissions.length > 0)) && !isTold;
    const done = alone
      ? work()
      : file.transaction(() => {
          if (!work()) return false;
          if (entry) writeLists(file, entry);
          if (entry) emissions.add(file, entry.emissions);
          if (isTold) changes.record(file, layout.name, key, entry?.results ?? []);
          return true;
        });
    if (done) file.sync.committed();
    return done;
  }

  function writeLists(file: DatabaseFile, entry: Entry): void {
    for (const index of lists) {
      const table = listTableName(layout, index);
      file.statement(`DELETE FROM ${table} WHERE key = ?`).run(entry.key);
      const items = entry.fields[index.listField as string];
      if (index.fields.some((field) => entry.fields[field] === undefined)) continue;
      const insert = file.statement(
        `INSERT INTO ${table} (key, ${index.fields.map(column).join(', ')}) VALUES (?${', ?'.repeat(index.fields.length)})`,
      );
      for (const item of Array.isArray(items) ? items : [items]) {
        const tuple = index.fields.map((field) => (field === index.listField ? item : entry.fields[field]));
        insert.run(entry.key, ...(tuple as SQLInputValue[]));
      }
    }
  }

  /** Expired documents hold no unique value: their rows are removed and the write tried again. */
  function write(
    entry: Entry,
    now: number,
    missed: WriteOutcome,
    run: (file: DatabaseFile) => boolean,
    isNew = false,
  ): WriteOutcome {
    return access((file) => {
      for (let turn = 1; ; turn++) {
        try {
          return change(file, entry.key, entry, () => run(file), isNew) ? 'written' : missed;
        } catch (error) {
          const isViolation = UNIQUE_VIOLATIONS.includes((error as { errcode?: number }).errcode ?? 0);
          if (!isViolation || turn === MAX_TURNS) throw error;
          const taken = liveHolder(file, entry, now);
          if (taken !== undefined) return { taken };
          dropExpiredHolders(file, entry, now);
        }
      }
    });
  }

  function holders(entry: Entry) {
    return layout.unique
      .filter(({ fields }) => fields.every((field) => entry.fields[field] !== undefined))
      .map((tuple) => ({
        name: tuple.name,
        where: tuple.fields.map((field) => `${column(field)} = ?`).join(' AND '),
        values: tuple.fields.map((field) => entry.fields[field] as IndexValue),
      }));
  }

  function liveHolder(file: DatabaseFile, entry: Entry, now: number): string | undefined {
    return holders(entry).find(({ where, values }) =>
      file
        .statement(
          `SELECT 1 FROM ${tableName(layout)} WHERE ${where} AND key <> ? AND (exp IS NULL OR exp > ?)`,
        )
        .get(...values, entry.key, now),
    )?.name;
  }

  function dropExpiredHolders(file: DatabaseFile, entry: Entry, now: number): void {
    for (const { where, values } of holders(entry)) {
      file
        .statement(`DELETE FROM ${tableName(layout)} WHERE ${where} AND key <> ? AND exp <= ?`)
        .run(...values, entry.key, now);
    }
  }

  return {
    insert: async (entry, now) => {
      const run = (file: DatabaseFile) => wrote(file.statement(sql.insert), entry.key, ...values(entry), now);
      const outcome = write(entry, now, { taken: 'key' }, run, true);
      // With both taken, the key is the answer.
      const isLive = () => access((file) => file.statement(sql.get).get(entry.key, now) !== undefined);
      return typeof outcome === 'object' && outcome.taken !== 'key' && isLive() ? { taken: 'key' } : outcome;
    },
    put: async (entry, now) => {
      const insert = (file: DatabaseFile) =>
        wrote(file.statement(sql.insert), entry.key, ...values(entry), now);
      const first = isQuietlyNew ? write(entry, now, 'stale', insert, true) : 'stale';
      if (first !== 'stale') return first;
      const put = (file: DatabaseFile) => wrote(file.statement(sql.put), entry.key, ...values(entry));
      return write(entry, now, 'stale', put);
    },
    replace: async (entry, rev, now) =>
      write(entry, now, 'stale', (file) =>
        wrote(file.statement(sql.replace), ...values(entry), entry.key, rev, now),
      ),
    get: async (key, now) => access((file) => rowOf(file.statement(sql.get).get(key, now))),
    getMany: async (keys, now) =>
      access((file) => file.statement(sql.getMany).all(JSON.stringify(keys), now).map(rowOf)) as Row[],
    consume: async (key, now) =>
      access((file) => {
        let row: Row | undefined;
        change(file, key, undefined, () => {
          // all() runs to the end, so that a failing commit is seen.
          row = rowOf(file.statement(sql.consume).all(key, now)[0]);
          return row !== undefined;
        });
        return row;
      }),
    find: async (query: RawQuery, now) =>
      access((file) => {
        const { text, values } = findSql(layout, query, now);
        return file
          .statement(text)
          .all(...values)
          .map(foundRowOf);
      }),
    count: async (scope: Scope, now) =>
      access((file) => {
        const { text, values } = countSql(layout, scope, now);
        return firstNumber(file.statement(text).get(...values));
      }),
    deleteWhere: async (scope, now) =>
      access((file) => {
        const { text, values } = deleteWhereSql(layout, scope, now);
        let deleted = 0;
        change(file, '*', undefined, () => {
          deleted = Number(file.statement(text).run(...values).changes);
          return deleted > 0;
        });
        return deleted;
      }),
    scan: async (after, limit) =>
      access((file) => {
        const found =
          after === undefined
            ? file.statement(sql.scanFirst).all(limit)
            : file.statement(sql.scan).all(after, limit);
        const rows = found.map(rowOf) as Row[];
        const last = rows.length === limit ? rows.at(-1) : undefined;
        return last ? { rows, next: last.key } : { rows };
      }),
    sweep: async (now) =>
      access((file) => {
        changes.prune(file);
        return Number(file.statement(sql.sweep).run(now).changes);
      }),
    durable: () => access((file) => file.sync.settled()),
  };
}

function wrote(statement: StatementSync, ...values: SQLInputValue[]): boolean {
  return Number(statement.run(...values).changes) > 0;
}
