import type { SQLInputValue } from 'node:sqlite';
import type { Entry, Layout, Table, WriteOutcome } from '../engine.ts';
import type { IndexValue } from '../port.ts';
import type { DatabaseFile } from './database-file.ts';
import { isQuietlyNew, type MakeChange } from './row-change.ts';
import { tableSql } from './row-sql.ts';
import { columnFields } from './schema.ts';
import type { TableParts } from './table-parts.ts';
import { dropExpiredHolders, liveHolder } from './unique-holders.ts';

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY (sqlite.org/rescode.html). */
const UNIQUE_VIOLATIONS = [2067, 1555];
/** Turns that other processes, taking and freeing the same unique value, can make vain. */
const MAX_TURNS = 20;

interface RowWrite {
  text: string;
  values: SQLInputValue[];
  /** The outcome when the statement changed nothing. */
  missed: WriteOutcome;
  isNew?: boolean;
}

/** The verbs that write one row. */
export function createRowWrites(
  layout: Layout,
  { access }: Pick<TableParts, 'access'>,
  makeChange: MakeChange,
): Pick<Table, 'insert' | 'put' | 'replace'> {
  const sql = tableSql(layout);
  const write = createWrite(layout, access, makeChange);
  const putsAsNew = isQuietlyNew(layout);
  const values = valuesOf(columnFields(layout));
  const insertion = (entry: Entry, now: number, missed: WriteOutcome): RowWrite => ({
    text: sql.insert,
    values: [entry.key, ...values(entry), now],
    missed,
    isNew: true,
  });

  return {
    insert: async (entry, now) => {
      const outcome = write(entry, now, insertion(entry, now, { taken: 'key' }));
      // With both taken, the key is the answer.
      const isLive = () => access((file) => file.statement(sql.get).get(entry.key, now) !== undefined);
      return typeof outcome === 'object' && outcome.taken !== 'key' && isLive() ? { taken: 'key' } : outcome;
    },
    put: async (entry, now) => {
      const first = putsAsNew ? write(entry, now, insertion(entry, now, 'stale')) : 'stale';
      if (first !== 'stale') return first;
      return write(entry, now, { text: sql.put, values: [entry.key, ...values(entry)], missed: 'stale' });
    },
    replace: async (entry, rev, now) =>
      write(entry, now, {
        text: sql.replace,
        values: [...values(entry), entry.key, rev, now],
        missed: 'stale',
      }),
  };
}

/** Expired documents hold no unique value: their rows are removed and the write tried again. */
function createWrite(layout: Layout, access: TableParts['access'], makeChange: MakeChange) {
  return (entry: Entry, now: number, { text, values, missed, isNew = false }: RowWrite): WriteOutcome => {
    const attempt = (file: DatabaseFile) => {
      const run = () => Number(file.statement(text).run(...values).changes) > 0;
      return makeChange(file, { key: entry.key, entry, isNew, run }) ? 'written' : missed;
    };
    return access((file) => {
      for (let turn = 1; ; turn++) {
        try {
          return attempt(file);
        } catch (error) {
          if (!isUniqueViolation(error) || turn === MAX_TURNS) throw error;
          const taken = liveHolder(file, layout, entry, now);
          if (taken !== undefined) return { taken };
          dropExpiredHolders(file, layout, entry, now);
        }
      }
    });
  };
}

/** A row's values behind its key, in the order of the statements' columns. */
function valuesOf(fields: readonly string[]) {
  return ({ rev, version, body, expiresAt, fields: indexed }: Entry): SQLInputValue[] => [
    rev,
    version,
    body,
    expiresAt,
    ...fields.map((field) => (indexed[field] as IndexValue | undefined) ?? null),
  ];
}

function isUniqueViolation(error: unknown): boolean {
  return UNIQUE_VIOLATIONS.includes((error as { errcode?: number }).errcode ?? 0);
}
