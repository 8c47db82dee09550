import type { SQLInputValue } from 'node:sqlite';
import type { Entry, IndexLayout, Layout } from '../engine.ts';
import type { DatabaseFile } from './database-file.ts';
import { column, listTableName } from './schema.ts';

/** Indexes whose entries lie in a table of their own, one for each value of the list. */
export function listIndexes(layout: Layout): IndexLayout[] {
  return layout.index.filter((index) => index.listField !== undefined);
}

/** Replaces the document's entries of one index. */
export function writeListEntries(file: DatabaseFile, layout: Layout, index: IndexLayout, entry: Entry): void {
  const table = listTableName(layout, index);
  file.statement(`DELETE FROM ${table} WHERE key = ?`).run(entry.key);
  const items = entry.fields[index.listField as string];
  if (index.fields.some((field) => entry.fields[field] === undefined)) return;
  const insert = file.statement(
    `INSERT INTO ${table} (key, ${index.fields.map(column).join(', ')}) VALUES (?${', ?'.repeat(index.fields.length)})`,
  );
  for (const item of Array.isArray(items) ? items : [items]) {
    const tuple = index.fields.map((field) => (field === index.listField ? item : entry.fields[field]));
    insert.run(entry.key, ...(tuple as SQLInputValue[]));
  }
}
