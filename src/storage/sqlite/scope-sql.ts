import type { SQLInputValue } from 'node:sqlite';
import type { Layout, RawQuery, Scope } from '../engine.ts';
import { column, listTableName, tableName } from './schema.ts';

export interface Sql {
  text: string;
  values: SQLInputValue[];
}

const COLUMNS = 'c.key, c.rev, c.v, c.body, c.exp';

/** Rows of one page: the row's columns, then the entry's open index values. */
export function findSql(layout: Layout, query: RawQuery, now: number): Sql {
  const { index, equals, after, reverse, limit } = query;
  const { from, where, values, entry } = scopeSql(layout, query, now);
  const open = index.fields.slice(equals.length).map(entry);
  const order = [...open, entryKey(query)];
  if (after) {
    where.push(`(${order.join(', ')}) ${reverse ? '<' : '>'} (${order.map(() => '?').join(', ')})`);
    values.push(...after.position, after.key);
  }
  const direction = order.map((term) => `${term}${reverse ? ' DESC' : ''}`);
  const text = `SELECT ${[COLUMNS, ...open].join(', ')} FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${direction.join(', ')} LIMIT ?`;
  return { text, values: [...values, limit] };
}

export function countSql(layout: Layout, scope: Scope, now: number): Sql {
  const { from, where, values } = scopeSql(layout, scope, now);
  const what = scope.index.listField ? 'COUNT(DISTINCT c.key)' : 'COUNT(*)';
  return { text: `SELECT ${what} FROM ${from} WHERE ${where.join(' AND ')}`, values };
}

export function deleteWhereSql(layout: Layout, scope: Scope, now: number): Sql {
  const { from, where, values } = scopeSql(layout, scope, now);
  return {
    text: `DELETE FROM ${tableName(layout)} WHERE key IN (SELECT c.key FROM ${from} WHERE ${where.join(' AND ')})`,
    values,
  };
}

const entryKey = (scope: Scope) => (scope.index.listField ? 'm.key' : 'c.key');

function scopeSql(layout: Layout, scope: Scope, now: number) {
  const { index, equals, from, to } = scope;
  const source = index.listField ? 'm' : 'c';
  const entry = (field: string) => `${source}.${column(field)}`;
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  index.fields.forEach((field, at) => {
    const equal = equals[at];
    if (equal !== undefined) {
      where.push(`${entry(field)} = ?`);
      values.push(equal);
      return;
    }
    // Also lets SQLite see that the partial index fits.
    where.push(`${entry(field)} IS NOT NULL`);
    if (at !== equals.length) return;
    if (from !== undefined) where.push(`${entry(field)} >= ?`);
    if (to !== undefined) where.push(`${entry(field)} < ?`);
    values.push(...[from, to].filter((bound) => bound !== undefined));
  });
  where.push('(c.exp IS NULL OR c.exp > ?)');
  values.push(now);
  const own = `${tableName(layout)} c`;
  return {
    from: index.listField ? `${listTableName(layout, index)} m JOIN ${own} ON c.key = m.key` : own,
    where,
    values,
    entry,
  };
}
