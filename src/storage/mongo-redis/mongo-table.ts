import type { Entry, Layout, Row, Scope, Table, WriteOutcome } from '../engine.ts';
import type { IndexValue } from '../port.ts';
import { DELETED, type MongoDoc, type MongoModel, rowOf, takenConstraint, writeOf } from './mongo-model.ts';
import { findRows, scopeFilter } from './mongo-scope.ts';
import type { Service } from './service.ts';

/** Turns of a loop that a concurrent writer can make vain. */
const MAX_TURNS = 20;

/** What a deleted document keeps while its emissions are pending. */
const TOMBSTONE = { $set: { exp: DELETED, body: '', f: {} } };

export interface MongoTableParts {
  service: Service;
  model: () => MongoModel;
  /** Tells other nodes of a change. */
  announce: (key: string) => void;
  /** The same for a collection that nodes keep copies of; resolves when none of them can be read any more. */
  told: (key: string, results: readonly string[]) => Promise<void>;
}

/** One durable collection. Every verb rests on MongoDB's atomic operations on a single document. */
export function createMongoTable(layout: Layout, { service, model, announce, told }: MongoTableParts): Table {
  const ask = <R>(request: (model: MongoModel) => Promise<R>) => service.ask(() => request(model()));
  /** A new document concerns nobody where only documents that are there are kept. */
  const concernsCopies = (isNew: boolean) =>
    layout.cache !== undefined && !(isNew && !layout.cache.absent && layout.cache.find.length === 0);
  async function tell(key: string, results: readonly string[], isNew = false): Promise<void> {
    if (concernsCopies(isNew)) await told(key, results);
    else announce(key);
  }
  const live = (key: string, now: number) => ({ _id: key, exp: { $gt: new Date(now) } });

  /** Writes, and where an expired document holds the unique value, frees that and writes again. */
  async function write(
    entry: Entry,
    now: number,
    run: (model: MongoModel) => Promise<WriteOutcome>,
    isNew = false,
  ): Promise<WriteOutcome> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const outcome = await ask((model) => run(model).catch((error) => takenOf(layout, error)));
      if (
        typeof outcome === 'object' &&
        outcome.taken !== 'key' &&
        (await freeExpired(entry, outcome.taken, now))
      )
        continue;
      if (outcome === 'written') await tell(entry.key, entry.results, isNew);
      return outcome;
    }
    throw new Error(`a unique value of ${layout.name} could not be taken over`);
  }

  async function freeExpired(entry: Entry, constraint: string, now: number): Promise<boolean> {
    const fields = layout.unique.find(({ name }) => name === constraint)?.fields ?? [];
    const same = Object.fromEntries(fields.map((field) => [`f.${field}`, entry.fields[field] as IndexValue]));
    const expired = { ...same, _id: { $ne: entry.key }, exp: { $lte: new Date(now) } };
    return ask(async (model) => {
      const holder = await model.findOne({ ...same, _id: { $ne: entry.key } }).lean<MongoDoc>();
      if (holder && holder.exp.getTime() > now) return false;
      await model.updateOne(expired, { $set: { f: {} } });
      return true;
    });
  }

  /** Deletes; a document with pending emissions stays as a tombstone until they are delivered. */
  async function remove(key: string, now: number): Promise<Row | undefined> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const settled = { ...live(key, now), settled: true };
      const deleted = await ask((model) => model.findOneAndDelete(settled).lean<MongoDoc>());
      if (deleted) return rowOf(deleted);
      if (!(await ask((model) => model.exists(live(key, now))))) return undefined;
      const pending = { ...live(key, now), settled: false };
      const buried = await ask((model) =>
        model.findOneAndUpdate(pending, TOMBSTONE, { returnDocument: 'before' }).lean<MongoDoc>(),
      );
      // Neither: between the two attempts the last emission was delivered.
      if (buried) return rowOf(buried);
    }
    return undefined;
  }

  return {
    insert: (entry, now) => {
      const insertion = async (model: MongoModel): Promise<WriteOutcome> => {
        // Only an expired document is written over: a live one doesn't match, and inserting it again is refused.
        const vacant = { _id: entry.key, exp: { $lte: new Date(now) } };
        await model.updateOne(vacant, writeOf(entry, now), { upsert: true });
        return 'written';
      };
      return write(entry, now, insertion, true).then(async (outcome) => {
        const alsoKey =
          typeof outcome === 'object' && (await ask((model) => model.exists(live(entry.key, now))));
        return alsoKey ? { taken: 'key' } : outcome;
      });
    },
    async put(entry, now) {
      const upsert = () =>
        write(entry, now, async (model) => {
          await model.updateOne({ _id: entry.key }, writeOf(entry, now), { upsert: true });
          return 'written';
        });
      const outcome = await upsert();
      // Two first puts at once: the loser finds the winner's document now.
      return typeof outcome === 'object' && outcome.taken === 'key' ? upsert() : outcome;
    },
    replace: (entry, rev, now) =>
      write(entry, now, async (model) => {
        const result = await model.updateOne({ ...live(entry.key, now), rev }, writeOf(entry, now));
        return result.matchedCount === 1 ? 'written' : 'stale';
      }),
    async get(key, now) {
      const doc = await ask((model) => model.findOne(live(key, now)).lean<MongoDoc>());
      return doc ? rowOf(doc) : undefined;
    },
    async getMany(keys, now) {
      const filter = { _id: { $in: keys as string[] }, exp: { $gt: new Date(now) } };
      return (await ask((model) => model.find(filter).lean<MongoDoc[]>())).map(rowOf);
    },
    async consume(key, now) {
      const row = await remove(key, now);
      if (row) await tell(key, []);
      return row;
    },
    find: (query, now) => ask((model) => findRows(model, query, now)),
    count: (scope, now) => ask((model) => model.countDocuments(scopeFilter(scope, now))),
    async deleteWhere(scope: Scope, now) {
      const filter = scopeFilter(scope, now);
      const buried = await ask((model) => model.updateMany({ ...filter, settled: false }, TOMBSTONE));
      const deleted = await ask((model) => model.deleteMany({ ...filter, settled: true }));
      const count = buried.modifiedCount + deleted.deletedCount;
      if (count > 0) await tell('*', []);
      return count;
    },
    async scan(after, limit) {
      const filter = { exp: { $gt: DELETED }, ...(after === undefined ? {} : { _id: { $gt: after } }) };
      const docs = await ask((model) => model.find(filter).sort({ _id: 1 }).limit(limit).lean<MongoDoc[]>());
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
