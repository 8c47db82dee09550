import type { FieldTuple, IndexLayout, Layout } from '../engine.ts';
import { indexedFields, signatureOf } from '../layout.ts';
import type { DatabaseFile } from './database-file.ts';

const quote = (name: string) => `"${name}"`;
export const column = (field: string) => quote(`f_${field}`);
export const tableName = (layout: Layout) => quote(`c_${layout.name}`);
/** Entries of an index with a list field: one row for each value. */
export const listTableName = (layout: Layout, index: IndexLayout) => quote(`m_${layout.name}.${index.name}`);

/** Fields with a column in the collection's own table; list fields live in list tables. */
export function columnFields(layout: Layout): string[] {
  const lists = new Set(layout.index.map((index) => index.listField));
  return indexedFields(layout).filter((field) => !lists.has(field));
}

/** Makes or adapts the tables of a collection. True when index entries must be rebuilt. */
export function prepareTable(file: DatabaseFile, layout: Layout): boolean {
  const { database } = file;
  database.exec('CREATE TABLE IF NOT EXISTS _catalog (collection TEXT PRIMARY KEY, declared TEXT NOT NULL)');
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${tableName(layout)} (key TEXT PRIMARY KEY NOT NULL, rev INTEGER NOT NULL, v INTEGER NOT NULL, body TEXT NOT NULL, exp INTEGER)`,
  );
  const changed = catalogued(file, layout.name) !== signatureOf(layout);
  if (changed) dropListTables(file, layout);
  addColumns(file, layout);
  for (const index of layout.index) if (index.listField) createListTable(file, layout, index);
  syncIndexes(file, layout);
  return changed;
}

export function markRebuilt(file: DatabaseFile, layout: Layout): void {
  file
    .statement('INSERT OR REPLACE INTO _catalog (collection, declared) VALUES (?, ?)')
    .run(layout.name, signatureOf(layout));
}

function catalogued(file: DatabaseFile, collection: string): unknown {
  return file.database.prepare('SELECT declared FROM _catalog WHERE collection = ?').get(collection)?.[
    'declared'
  ];
}

function addColumns(file: DatabaseFile, layout: Layout): void {
  const rows = file.database.prepare('SELECT name FROM pragma_table_info(?)').all(`c_${layout.name}`);
  const present = new Set(rows.map((row) => row['name']));
  for (const field of columnFields(layout)) {
    // Without a declared type, text stays text and numbers stay numbers.
    if (!present.has(`f_${field}`))
      file.database.exec(`ALTER TABLE ${tableName(layout)} ADD COLUMN ${column(field)}`);
  }
}

function dropListTables(file: DatabaseFile, layout: Layout): void {
  const prefix = `m_${layout.name}.`;
  // Not ?1: Node.js 22's SQLite knows no numbered parameters.
  const names = file.database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, length(?)) = ?")
    .all(prefix, prefix);
  for (const { name } of names) file.database.exec(`DROP TABLE ${quote(String(name))}`);
}

function createListTable(file: DatabaseFile, layout: Layout, index: IndexLayout): void {
  const table = listTableName(layout, index);
  const columns = index.fields.map(column);
  file.database.exec(`
    CREATE TABLE IF NOT EXISTS ${table} (
      key TEXT NOT NULL REFERENCES ${tableName(layout)} (key) ON DELETE CASCADE, ${columns.join(', ')},
      PRIMARY KEY (key, ${column(index.listField as string)})) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS ${quote(`mi_${layout.name}.${index.name}`)} ON ${table} (${columns.join(', ')}, key)`);
}

/** Creates what is declared and drops what is no longer: a unique index left behind would go on refusing. */
function syncIndexes(file: DatabaseFile, layout: Layout): void {
  const wanted = new Map([
    [
      `e_${layout.name}`,
      `INDEX ${quote(`e_${layout.name}`)} ON ${tableName(layout)} (exp) WHERE exp IS NOT NULL`,
    ],
    ...layout.unique.map((tuple) => indexText('u', layout, tuple)),
    ...layout.index.filter((index) => !index.listField).map((index) => indexText('i', layout, index)),
  ]);
  const present = file.database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL")
    .all(`c_${layout.name}`);
  for (const { name, sql } of present) {
    if (`CREATE ${wanted.get(String(name))}` === sql) wanted.delete(String(name));
    else file.database.exec(`DROP INDEX ${quote(String(name))}`);
  }
  for (const text of wanted.values()) file.database.exec(`CREATE ${text}`);
}

function indexText(kind: 'u' | 'i', layout: Layout, { name, fields }: FieldTuple): [string, string] {
  const columns = fields.map(column);
  const all = kind === 'u' ? columns : [...columns, 'key'];
  const present = columns.map((one) => `${one} IS NOT NULL`).join(' AND ');
  const index = `${kind}_${layout.name}.${name}`;
  const text = `${kind === 'u' ? 'UNIQUE ' : ''}INDEX ${quote(index)} ON ${tableName(layout)} (${all.join(', ')})`;
  return [index, `${text} WHERE ${present}`];
}
