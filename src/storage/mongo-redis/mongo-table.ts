import type { Layout, Table } from '../engine.ts';
import { DELETED, live, rowOf } from './mongo-model.ts';
import { createMongoRemovals } from './mongo-removals.ts';
import { findRows, scopeFilter } from './mongo-scope.ts';
import { askRowsOf, type MongoTableParts } from './mongo-table-parts.ts';
import { createMongoWrites } from './mongo-writes.ts';
import { createTelling } from './telling.ts';

/** One durable collection. Every verb rests on MongoDB's atomic operations on a single document. */
export function createMongoTable(layout: Layout, parts: MongoTableParts): Table {
  const telling = createTelling(layout, parts);
  return {
    ...createMongoReads(parts),
    ...createMongoWrites(layout, parts, telling),
    ...createMongoRemovals(parts, telling),
    durable: () => Promise.resolve(),
  };
}

function createMongoReads(
  parts: MongoTableParts,
): Pick<Table, 'get' | 'getMany' | 'find' | 'count' | 'scan'> {
  const ask = askRowsOf(parts);
  return {
    async get(key, now) {
      const doc = await ask((rows) => rows.findOne(live(key, now)));
      return doc ? rowOf(doc) : undefined;
    },
    async getMany(keys, now) {
      const filter = { _id: { $in: keys as string[] }, exp: { $gt: new Date(now) } };
      return (await ask((rows) => rows.find(filter).toArray())).map(rowOf);
    },
    find: (query, now) => ask((rows) => findRows(rows, query, now)),
    count: (scope, now) => ask((rows) => rows.countDocuments(scopeFilter(scope, now))),
    async scan(after, limit) {
      const filter = { exp: { $gt: DELETED }, ...(after === undefined ? {} : { _id: { $gt: after } }) };
      const docs = await ask((rows) => rows.find(filter).sort({ _id: 1 }).limit(limit).toArray());
      const last = docs.length === limit ? docs.at(-1) : undefined;
      return { rows: docs.map(rowOf), ...(last ? { next: last._id } : {}) };
    },
  };
}
