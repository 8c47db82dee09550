import { type Connection, type Model, type mongo, Schema } from 'mongoose';
import type { Entry, FieldTuple, FieldValues, Layout, Row, SealedEmission } from '../engine.ts';

/** Stands for "never" and, the other one, for "deleted, but emissions are pending". */
export const NEVER = new Date(Date.UTC(9999, 0));
export const DELETED = new Date(0);
/** How long after their expiry documents are removed: clocks of nodes and servers differ. */
const TTL_GRACE_SECONDS = 600;

/** A document as it lies in MongoDB. */
export interface MongoDoc {
  _id: string;
  rev: number;
  v: number;
  body: string;
  /** Values of indexed fields. */
  f: FieldValues;
  exp: Date;
  /** False while emissions are pending: then nothing removes the document. */
  settled: boolean;
  emissions?: PendingEmission[];
}

export interface PendingEmission extends SealedEmission {
  at: number;
  due: number;
  attempts: number;
}

export type MongoModel = Model<MongoDoc>;
/** The driver's own collection: mongoose casts what the codec has validated already, at the price of the trip itself. */
export type MongoRows = mongo.Collection<MongoDoc>;

export function createModel(connection: Connection, layout: Layout): MongoModel {
  const { Mixed } = Schema.Types;
  const schema = new Schema<MongoDoc>(
    {
      _id: String,
      rev: Number,
      v: Number,
      body: String,
      f: { type: Mixed },
      exp: Date,
      settled: Boolean,
      emissions: { type: [Mixed], default: undefined },
    },
    { strict: 'throw', versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
  );
  return connection.model<MongoDoc>(layout.name, schema, layout.name);
}

/** A document that may be shown: neither expired nor deleted. */
export const live = (key: string, now: number) => ({ _id: key, exp: { $gt: new Date(now) } });

export async function exists(rows: MongoRows, key: string, now: number): Promise<boolean> {
  return (await rows.findOne(live(key, now), { projection: { _id: 1 } })) !== null;
}

export function rowOf(doc: MongoDoc): Row {
  const expiresAt = doc.exp.getTime() === NEVER.getTime() ? null : doc.exp.getTime();
  return { key: doc._id, rev: doc.rev, version: doc.v, body: doc.body, expiresAt };
}

/** A new document, complete. */
export function docOf(entry: Entry, now: number): MongoDoc {
  const { $set, $push } = writeOf(entry, now) as unknown as {
    $set: Omit<MongoDoc, '_id'>;
    $push?: { emissions: { $each: PendingEmission[] } };
  };
  const emissions = $push && { emissions: $push.emissions.$each };
  return { ...$set, _id: entry.key, settled: emissions === undefined, ...emissions };
}

/** What every write sets; emissions are added to those that are still pending. */
export function writeOf(entry: Entry, now: number): Record<string, object> {
  const { rev, version: v, body, fields: f, expiresAt } = entry;
  const exp = expiresAt === null ? NEVER : new Date(Math.min(expiresAt, NEVER.getTime() - 1));
  if (entry.emissions.length === 0)
    return { $set: { rev, v, body, f, exp }, $setOnInsert: { settled: true } };
  const pending = entry.emissions.map((emission) => ({ ...emission, at: now, due: now, attempts: 0 }));
  return { $set: { rev, v, body, f, exp, settled: false }, $push: { emissions: { $each: pending } } };
}

/** Makes the declared indexes and drops those no longer declared: a unique one left behind would go on refusing. */
export async function syncIndexes(model: MongoModel, layout: Layout): Promise<void> {
  const wanted = indexesOf(layout);
  await model.createCollection();
  for (const present of await model.collection.listIndexes().toArray()) {
    const same = wanted.some((one) => one.name === present['name'] && sameFields(one.key, present['key']));
    if (!same && present['name'] !== '_id_') await model.collection.dropIndex(present['name'] as string);
  }
  await model.collection.createIndexes(wanted);
}

const sameFields = (a: object, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function indexesOf(layout: Layout) {
  const ascending = (fields: readonly string[]) =>
    Object.fromEntries(fields.map((field) => [field, 1 as const]));
  const inF = ({ fields }: FieldTuple) => fields.map((field) => `f.${field}`);
  return [
    {
      name: 'ttl',
      key: ascending(['exp']),
      expireAfterSeconds: TTL_GRACE_SECONDS,
      partialFilterExpression: { settled: true },
    },
    { name: 'emissions', key: ascending(['emissions.due']), partialFilterExpression: { settled: false } },
    ...layout.index.map((one) => ({ name: `i_${one.name}`, key: ascending([...inF(one), '_id']) })),
    ...layout.unique.map((one) => ({
      name: `u_${one.name}`,
      key: ascending(inF(one)),
      unique: true,
      // Documents without the field are exempt.
      partialFilterExpression: Object.fromEntries(inF(one).map((field) => [field, { $exists: true }])),
    })),
  ];
}

/** The declaration's name for a duplicate key error of MongoDB. */
export function takenConstraint(layout: Layout, keyPattern: Record<string, unknown>): string {
  const fields = Object.keys(keyPattern);
  const found = layout.unique.find((one) => one.fields.map((field) => `f.${field}`).join() === fields.join());
  return found?.name ?? 'key';
}
