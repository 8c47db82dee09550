import { setImmediate as nextTurn } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import type { MongoDoc, MongoRows } from './mongo-model.ts';

/** Writes in one command: keeps it far below MongoDB's 48 MB. */
const MAX_GROUP = 100;
const DUPLICATE_KEY = 11000;

/** Of one document: a new one, or a change where it is as `where` says. */
export type SingleWrite = { insert: MongoDoc } | Change;

interface Change {
  update: Record<string, object>;
  where: object;
}

/** Writes `one` to a collection. False: the key or a unique value is taken, or nothing is as `where` says. */
export type GroupWrite = (rows: MongoRows, one: SingleWrite) => Promise<boolean>;

export interface GroupWriteParts {
  /** The client, where its server takes writes to several collections in one command (MongoDB 8). */
  client: () => Pick<mongo.MongoClient, 'bulkWrite'> | undefined;
  ask: <R>(request: () => Promise<R>) => Promise<R>;
  /** After this nobody waits for the answer any more. */
  patienceMs: number;
}

interface Waiting {
  rows: MongoRows;
  one: SingleWrite;
  until: number;
  resolve(isDone: boolean): void;
  reject(error: unknown): void;
}

/**
 * Writes that arrive while some are under way leave together, in one command, each with an outcome of its own. A command
 * costs several times as much as a document in it, on either side.
 */
export function createGroupWrite({ client, ask, patienceMs }: GroupWriteParts): GroupWrite {
  let waiting: Waiting[] = [];
  let isUnderWay = false;

  async function write(group: readonly Waiting[]): Promise<void> {
    const bulk = group.length > 1 ? client() : undefined;
    if (!bulk) return void (await Promise.all(group.map(writeAlone)));
    try {
      const outcomes = await ask(() => writeTogether(bulk, group));
      const refused = group.filter((_one, at) => outcomes[at] === 'refused');
      for (const [at, { resolve }] of group.entries())
        if (outcomes[at] !== 'refused') resolve(outcomes[at] === true);
      // Once more, for MongoDB's own words.
      await Promise.all(refused.map(writeAlone));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** Refused in MongoDB's own words; the lane goes on when nobody waits for the answer any more. */
  async function writeAlone({ rows, one, resolve, reject }: Waiting): Promise<void> {
    await ask(() => {
      const outcome = 'insert' in one ? inserted(rows, one.insert) : updated(rows, one);
      outcome.then(resolve, reject);
      return outcome;
    }).catch(reject);
  }

  async function run(): Promise<void> {
    isUnderWay = true;
    // What a request writes at once comes in one turn of the event loop.
    await nextTurn();
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_GROUP);
      waiting = waiting.slice(MAX_GROUP);
      const wanted = group.filter(({ until }) => until > performance.now());
      for (const one of group) if (!wanted.includes(one)) one.reject(new Error('no answer in time'));
      if (wanted.length > 0) await write(wanted);
    }
    isUnderWay = false;
  }

  return (rows, one) =>
    new Promise((resolve, reject) => {
      waiting.push({ rows, one, until: performance.now() + patienceMs, resolve, reject });
      if (!isUnderWay) void run();
    });
}

async function inserted(rows: MongoRows, doc: MongoDoc): Promise<boolean> {
  try {
    await rows.insertOne(doc);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === DUPLICATE_KEY) return false;
    throw error;
  }
}

async function updated(rows: MongoRows, { where, update }: Change): Promise<boolean> {
  return (await rows.updateOne(where, update)).matchedCount === 1;
}

/** 'refused': MongoDB says no for another reason than a key that is taken. @throws where an outcome is unknown */
async function writeTogether(
  client: Pick<mongo.MongoClient, 'bulkWrite'>,
  group: readonly Waiting[],
): Promise<(boolean | 'refused')[]> {
  const { result, refusals } = await bulkOutcome(client, group);
  return group.map(({ one }, at) => {
    const code = refusals.get(at)?.code;
    if (code !== undefined) return 'insert' in one && code === DUPLICATE_KEY ? false : 'refused';
    const update = result.updateResults?.get(at);
    if ('insert' in one ? !result.insertResults?.has(at) : !update)
      throw new Error('a write without an outcome');
    return 'insert' in one || update?.matchedCount === 1;
  });
}

async function bulkOutcome(client: Pick<mongo.MongoClient, 'bulkWrite'>, group: readonly Waiting[]) {
  const models = group.map(({ rows: { namespace }, one }) =>
    'insert' in one
      ? { name: 'insertOne' as const, namespace, document: one.insert }
      : { name: 'updateOne' as const, namespace, filter: one.where, update: one.update },
  );
  try {
    const result = await client.bulkWrite<Record<string, MongoDoc>>(models, {
      ordered: false,
      verboseResults: true,
    });
    return { result, refusals: new Map<number, { code: number }>() };
  } catch (error) {
    const { writeErrors, writeConcernErrors, partialResult, cause } =
      error as Partial<mongo.MongoClientBulkWriteError>;
    const isCertain = writeErrors?.size && !writeConcernErrors?.length && partialResult && !cause;
    if (!isCertain) throw error;
    return { result: partialResult, refusals: writeErrors };
  }
}
