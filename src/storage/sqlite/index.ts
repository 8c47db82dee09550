/**
 * storage/sqlite: the embedded engine on node:sqlite, two files in DATA_DIR.
 * Owns tables, indexes, group commit, emissions and change notices of SQLite.
 * Leaves sealing, validation, migrations and retries to what all engines share.
 */
export { createSqliteEngine, type SqliteOptions } from './sqlite-engine.ts';
