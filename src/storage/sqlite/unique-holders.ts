import type { Entry, Layout } from '../engine.ts';
import type { IndexValue } from '../port.ts';
import type { DatabaseFile } from './database-file.ts';
import { column, tableName } from './schema.ts';

/** Name of the unique declaration whose value in `entry` another live document holds. */
export function liveHolder(
  file: DatabaseFile,
  layout: Layout,
  entry: Entry,
  now: number,
): string | undefined {
  const live = `SELECT 1 FROM ${tableName(layout)} WHERE key <> ? AND (exp IS NULL OR exp > ?)`;
  return claims(layout, entry).find(({ where, values }) =>
    file.statement(`${live} AND ${where}`).get(entry.key, now, ...values),
  )?.name;
}

export function dropExpiredHolders(file: DatabaseFile, layout: Layout, entry: Entry, now: number): void {
  const expired = `DELETE FROM ${tableName(layout)} WHERE key <> ? AND exp <= ?`;
  for (const { where, values } of claims(layout, entry)) {
    file.statement(`${expired} AND ${where}`).run(entry.key, now, ...values);
  }
}

/** The unique values that a document wants for itself alone; it has none where a field is absent. */
function claims(layout: Layout, { fields }: Entry) {
  return layout.unique
    .filter((tuple) => tuple.fields.every((field) => fields[field] !== undefined))
    .map((tuple) => ({
      name: tuple.name,
      where: tuple.fields.map((field) => `${column(field)} = ?`).join(' AND '),
      values: tuple.fields.map((field) => fields[field] as IndexValue),
    }));
}
