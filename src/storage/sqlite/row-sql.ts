import type { FoundRow, Layout, Row } from '../engine.ts';
import type { IndexValue } from '../port.ts';
import { column, columnFields, tableName } from './schema.ts';

const COLUMNS = 'key, rev, v, body, exp';
const LIVE = '(exp IS NULL OR exp > ?)';

/** Statement texts of one collection, one for each verb on a single row. */
export function tableSql(layout: Layout) {
  const table = tableName(layout);
  const written = ['rev', 'v', 'body', 'exp', ...columnFields(layout).map(column)];
  const insert = `INSERT INTO ${table} (key, ${written.join(', ')}) VALUES (?${', ?'.repeat(written.length)})`;
  const overwrite = `ON CONFLICT (key) DO UPDATE SET ${written.map((name) => `${name} = excluded.${name}`).join(', ')}`;
  const select = `SELECT ${COLUMNS} FROM ${table}`;
  return {
    insert: `${insert} ${overwrite} WHERE exp <= ?`,
    put: `${insert} ${overwrite}`,
    replace: `UPDATE ${table} SET ${written.map((name) => `${name} = ?`).join(', ')} WHERE key = ? AND rev = ? AND ${LIVE}`,
    get: `${select} WHERE key = ? AND ${LIVE}`,
    getMany: `${select} WHERE key IN (SELECT value FROM json_each(?)) AND ${LIVE}`,
    consume: `DELETE FROM ${table} WHERE key = ? AND ${LIVE} RETURNING ${COLUMNS}`,
    scanFirst: `${select} ORDER BY key LIMIT ?`,
    scan: `${select} WHERE key > ? ORDER BY key LIMIT ?`,
    sweep: `DELETE FROM ${table} WHERE exp <= ?`,
  };
}

/** A result row, an array in the order of the columns. */
export function rowOf(result: unknown): Row | undefined {
  return result === undefined ? undefined : row(result as unknown[]);
}

export function foundRowOf(result: unknown): FoundRow {
  const columns = result as unknown[];
  return { ...row(columns), position: columns.slice(5) as IndexValue[] };
}

export function firstNumber(result: unknown): number {
  return Number((result as unknown[])[0]);
}

function row([key, rev, version, body, expiresAt]: unknown[]): Row {
  return { key, rev, version, body, expiresAt } as Row;
}
