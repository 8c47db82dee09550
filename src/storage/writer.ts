import type { CollectionParts } from './collection-parts.ts';
import type { Entry, Row, Scope, WriteOutcome } from './engine.ts';

/** Writes to the engine that leave no false copy behind: whatever a write may have changed is dropped, what it wrote is kept. */
export interface Writer {
  write(entry: Entry, run: (now: number) => Promise<WriteOutcome>): Promise<WriteOutcome>;
  remove(key: string): Promise<Row | undefined>;
  removeWhere(scope: Scope): Promise<number>;
}

export function createWriter<T extends object>({
  table,
  clock,
  copies,
}: Pick<CollectionParts<T>, 'table' | 'clock' | 'copies'>): Writer {
  return {
    async write(entry, run) {
      if (!copies) return run(clock.now());
      const ticket = copies.begin();
      let outcome: WriteOutcome | undefined;
      try {
        outcome = await run(clock.now());
      } finally {
        ticket.end();
        // Also where it is unknown whether the write took place.
        copies.drop(entry.key, entry.results);
      }
      if (outcome === 'written') ticket.keep(copyOfEntry(entry));
      return outcome;
    },
    async remove(key) {
      try {
        return await table.consume(key, clock.now());
      } finally {
        copies?.drop(key, []);
      }
    },
    async removeWhere(scope) {
      try {
        return await table.deleteWhere(scope, clock.now());
      } finally {
        copies?.drop('*', []);
      }
    },
  };
}

function copyOfEntry({ key, rev, version, body, expiresAt }: Entry) {
  return { key, rev, value: { row: { key, rev, version, body, expiresAt }, doc: undefined } };
}
