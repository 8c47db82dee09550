import type { Entry, Layout, Row, Scope, Table, WriteOutcome } from '../engine.ts';
import { storageContention } from '../errors.ts';
import { concernsCopies } from '../index-result.ts';
import type { IndexValue } from '../port.ts';
import type { SingleWrite } from './group-write.ts';
import { DELETED, docOf, type MongoRows, rowOf, takenConstraint, writeOf } from './mongo-model.ts';
import { findRows, scopeFilter } from './mongo-scope.ts';
import type { Service } from './service.ts';

/** Turns of a loop that a concurrent writer can make vain. */
const MAX_TURNS = 20;

/** What a deleted document keeps while its emissions are pending. */
const TOMBSTONE = { $set: { exp: DELETED, body: '', f: {} } };

export interface MongoTableParts {
  service: Service;
  rows: () => MongoRows;
  /** As of GroupWrite; several of a moment share a command. */
  writeSoon: (one: SingleWrite) => Promise<boolean>;
  /** Tells other nodes of a change. */
  announce: (key: string, isNew: boolean) => void;
  /** The same for a collection that nodes keep copies of; resolves when none of them can be read any more. */
  told: (key: string, results: readonly string[]) => Promise<void>;
}

/** One durable collection. Every verb rests on MongoDB's atomic operations on a single document. */
export function createMongoTable(
  layout: Layout,
  { service, rows, writeSoon, announce, told }: MongoTableParts,
): Table {
  const ask = <R>(request: (rows: MongoRows) => Promise<R>) => service.ask(() => request(rows()));
  async function tell(key: string, results: readonly string[], isNew = false): Promise<void> {
    if (concernsCopies(layout, isNew)) await told(key, results);
    else announce(key, isNew);
  }

  /** A write whose answer never came may have happened: copies of what it touched are dropped all the same. */
  async function orTell<R>(key: string, results: readonly string[], request: () => Promise<R>): Promise<R> {
    try {
      return await request();
    } catch (error) {
      await tell(key, results).catch(() => {});
      throw error;
    }
  }

  const live = (key: string, now: number) => ({ _id: key, exp: { $gt: new Date(now) } });

  const exists = async (rows: MongoRows, key: string, now: number) =>
    (await rows.findOne(live(key, now), { projection: { _id: 1 } })) !== null;

  /** Writes, and where an expired document holds the unique value, frees that and writes again. */
  async function write(
    entry: Entry,
    now: number,
    run: (rows: MongoRows) => Promise<WriteOutcome>,
    isNew = false,
  ): Promise<WriteOutcome> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const outcome = await orTell(entry.key, entry.results, () =>
        ask((rows) => run(rows).catch((error) => takenOf(layout, error))),
      );
      if (
        typeof outcome === 'object' &&
        outcome.taken !== 'key' &&
        (await freeExpired(entry, outcome.taken, now))
      )
        continue;
      if (outcome === 'written') await tell(entry.key, entry.results, isNew);
      return outcome;
    }
    throw storageContention(layout.name);
  }

  async function freeExpired(entry: Entry, constraint: string, now: number): Promise<boolean> {
    const fields = layout.unique.find(({ name }) => name === constraint)?.fields ?? [];
    const same = Object.fromEntries(fields.map((field) => [`f.${field}`, entry.fields[field] as IndexValue]));
    const expired = { ...same, _id: { $ne: entry.key }, exp: { $lte: new Date(now) } };
    return ask(async (rows) => {
      const holder = await rows.findOne({ ...same, _id: { $ne: entry.key } });
      if (holder && holder.exp.getTime() > now) return false;
      await rows.updateOne(expired, { $set: { f: {} } });
      return true;
    });
  }

  /** Deletes; a document with pending emissions stays as a tombstone until they are delivered. */
  async function remove(key: string, now: number): Promise<Row | undefined> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const settled = { ...live(key, now), settled: true };
      const deleted = await ask((rows) => rows.findOneAndDelete(settled));
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

  /** Most documents are new: a plain insert costs half of an upsert, and much less in company. */
  async function inserted(entry: Entry, now: number): Promise<boolean> {
    const insertion = () => service.ask(() => writeSoon({ insert: docOf(entry, now) }));
    if (!(await orTell(entry.key, entry.results, insertion))) return false;
    await tell(entry.key, entry.results, true);
    return true;
  }

  return {
    insert: async (entry, now) => {
      if (await inserted(entry, now)) return 'written';
      const insertion = async (rows: MongoRows): Promise<WriteOutcome> => {
        // Only an expired document is written over: a live one doesn't match, and inserting it again is refused.
        const vacant = { _id: entry.key, exp: { $lte: new Date(now) } };
        await rows.updateOne(vacant, writeOf(entry, now), { upsert: true });
        return 'written';
      };
      return write(entry, now, insertion, true).then(async (outcome) => {
        const alsoKey = typeof outcome === 'object' && (await ask((rows) => exists(rows, entry.key, now)));
        return alsoKey ? { taken: 'key' } : outcome;
      });
    },
    async put(entry, now) {
      if (await inserted(entry, now)) return 'written';
      const upsert = () =>
        write(entry, now, async (rows) => {
          await rows.updateOne({ _id: entry.key }, writeOf(entry, now), { upsert: true });
          return 'written';
        });
      const outcome = await upsert();
      // Two first puts at once: the loser finds the winner's document now.
      return typeof outcome === 'object' && outcome.taken === 'key' ? upsert() : outcome;
    },
    replace: (entry, rev, now) =>
      write(entry, now, async () => {
        const where = { ...live(entry.key, now), rev };
        return (await writeSoon({ where, update: writeOf(entry, now) })) ? 'written' : 'stale';
      }),
    async get(key, now) {
      const doc = await ask((rows) => rows.findOne(live(key, now)));
      return doc ? rowOf(doc) : undefined;
    },
    async getMany(keys, now) {
      const filter = { _id: { $in: keys as string[] }, exp: { $gt: new Date(now) } };
      return (await ask((rows) => rows.find(filter).toArray())).map(rowOf);
    },
    async consume(key, now) {
      const row = await orTell(key, [], () => remove(key, now));
      if (row) await tell(key, []);
      return row;
    },
    find: (query, now) => ask((rows) => findRows(rows, query, now)),
    count: (scope, now) => ask((rows) => rows.countDocuments(scopeFilter(scope, now))),
    async deleteWhere(scope: Scope, now) {
      const filter = scopeFilter(scope, now);
      const count = await orTell('*', [], async () => {
        const buried = await ask((rows) => rows.updateMany({ ...filter, settled: false }, TOMBSTONE));
        const deleted = await ask((rows) => rows.deleteMany({ ...filter, settled: true }));
        return buried.modifiedCount + deleted.deletedCount;
      });
      if (count > 0) await tell('*', []);
      return count;
    },
    async scan(after, limit) {
      const filter = { exp: { $gt: DELETED }, ...(after === undefined ? {} : { _id: { $gt: after } }) };
      const docs = await ask((rows) => rows.find(filter).sort({ _id: 1 }).limit(limit).toArray());
      const last = docs.length === limit ? docs.at(-1) : undefined;
      return { rows: docs.map(rowOf), ...(last ? { next: last._id } : {}) };
    },
    // MongoDB's TTL index does it.
    sweep: async () => 0,
    durable: () => Promise.resolve(),
  };
}

function takenOf(
  layout: Layout,
  error: { code?: unknown; keyPattern?: Record<string, unknown> },
): WriteOutcome {
  if (error.code !== 11000) throw error;
  return { taken: takenConstraint(layout, error.keyPattern ?? {}) };
}
