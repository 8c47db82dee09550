import type { Row, Table } from '../engine.ts';
import { DELETED, exists, live, rowOf } from './mongo-model.ts';
import { scopeFilter } from './mongo-scope.ts';
import { type AskRows, askRowsOf, type MongoTableParts } from './mongo-table-parts.ts';
import type { Telling } from './telling.ts';

/** Turns that a relay, settling the document's last emission, can make vain. */
const MAX_TURNS = 20;

/** What a deleted document keeps while its emissions are pending. */
const TOMBSTONE = { $set: { exp: DELETED, body: '', f: {} } };

/** The verbs that delete; a document with pending emissions stays as a tombstone until they are delivered. */
export function createMongoRemovals(
  parts: MongoTableParts,
  { tell, orTell }: Telling,
): Pick<Table, 'consume' | 'deleteWhere' | 'sweep'> {
  const ask = askRowsOf(parts);
  return {
    async consume(key, now) {
      const row = await orTell(key, [], () => remove(ask, key, now));
      if (row) await tell(key, []);
      return row;
    },
    async deleteWhere(scope, now) {
      const filter = scopeFilter(scope, now);
      const count = await orTell('*', [], async () => {
        const buried = await ask((rows) => rows.updateMany({ ...filter, settled: false }, TOMBSTONE));
        const deleted = await ask((rows) => rows.deleteMany({ ...filter, settled: true }));
        return buried.modifiedCount + deleted.deletedCount;
      });
      if (count > 0) await tell('*', []);
      return count;
    },
    // MongoDB's TTL index does it.
    sweep: async () => 0,
  };
}

async function remove(ask: AskRows, key: string, now: number): Promise<Row | undefined> {
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const deleted = await ask((rows) => rows.findOneAndDelete({ ...live(key, now), settled: true }));
    if (deleted) return rowOf(deleted);
    if (!(await ask((rows) => exists(rows, key, now)))) return undefined;
    const pending = { ...live(key, now), settled: false };
    const buried = await ask((rows) =>
      rows.findOneAndUpdate(pending, TOMBSTONE, { returnDocument: 'before' }),
    );
    // Neither: between the two attempts the last emission was delivered.
    if (buried) return rowOf(buried);
  }
  return undefined;
}
