import type { Layout, Row, Table } from '../engine.ts';
import { createMakeChange, type MakeChange } from './row-change.ts';
import { firstNumber, foundRowOf, rowOf, tableSql } from './row-sql.ts';
import { createRowWrites } from './row-writes.ts';
import { countSql, deleteWhereSql, findSql } from './scope-sql.ts';
import type { TableParts } from './table-parts.ts';

/** One collection in a file. */
export function createSqliteTable(layout: Layout, parts: TableParts): Table {
  const makeChange = createMakeChange(layout, parts);
  return {
    ...createRowReads(layout, parts),
    ...createRowWrites(layout, parts, makeChange),
    ...createRowRemovals(layout, parts, makeChange),
    durable: () => parts.access((file) => file.sync.settled()),
  };
}

function createRowReads(
  layout: Layout,
  { access }: TableParts,
): Pick<Table, 'get' | 'getMany' | 'find' | 'count' | 'scan'> {
  const sql = tableSql(layout);
  return {
    get: async (key, now) => access((file) => rowOf(file.statement(sql.get).get(key, now))),
    getMany: async (keys, now) =>
      access((file) => file.statement(sql.getMany).all(JSON.stringify(keys), now).map(rowOf)) as Row[],
    find: async (query, now) =>
      access((file) => {
        const { text, values } = findSql(layout, query, now);
        return file
          .statement(text)
          .all(...values)
          .map(foundRowOf);
      }),
    count: async (scope, now) =>
      access((file) => {
        const { text, values } = countSql(layout, scope, now);
        return firstNumber(file.statement(text).get(...values));
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
  };
}

function createRowRemovals(
  layout: Layout,
  { access, changes }: TableParts,
  makeChange: MakeChange,
): Pick<Table, 'consume' | 'deleteWhere' | 'sweep'> {
  const sql = tableSql(layout);
  return {
    consume: async (key, now) =>
      access((file) => {
        let row: Row | undefined;
        const run = () => {
          // all() runs to the end, so that a failing commit is seen.
          row = rowOf(file.statement(sql.consume).all(key, now)[0]);
          return row !== undefined;
        };
        makeChange(file, { key, run });
        return row;
      }),
    deleteWhere: async (scope, now) =>
      access((file) => {
        const { text, values } = deleteWhereSql(layout, scope, now);
        let deleted = 0;
        const run = () => {
          deleted = Number(file.statement(text).run(...values).changes);
          return deleted > 0;
        };
        makeChange(file, { key: '*', run });
        return deleted;
      }),
    sweep: async (now) =>
      access((file) => {
        changes.prune(file);
        return Number(file.statement(sql.sweep).run(now).changes);
      }),
  };
}
