/** Documents in one command: keeps it far below MongoDB's 48 MB. */
const MAX_GROUP = 100;
const DUPLICATE_KEY = 11000;

/** What a driver says of an insert of several documents of which some were refused. */
interface BulkRefusal {
  code?: unknown;
  writeErrors?: readonly { index: number; code: number }[] | { index: number; code: number };
  result?: { getWriteConcernError?: () => unknown };
}

/** The driver's collection, as far as inserts need it. */
export interface Insertable<D> {
  insertOne(doc: D): Promise<unknown>;
  insertMany(docs: D[], options: { ordered: false }): Promise<unknown>;
}

interface Waiting<D> {
  doc: D;
  /** After this instant nobody waits for the answer any more. */
  until: number;
  resolve(isInserted: boolean): void;
  reject(error: unknown): void;
}

/**
 * Inserts that arrive while one is under way leave together, in one command, each with an outcome of its own. False: a key
 * or unique value is taken. A command costs several times as much as a document in it.
 */
export function createGroupInsert<D>(
  rows: () => Insertable<D>,
  ask: <R>(request: () => Promise<R>) => Promise<R>,
  patienceMs: number,
): (doc: D) => Promise<boolean> {
  let waiting: Waiting<D>[] = [];
  let isUnderWay = false;

  async function insert(group: readonly Waiting<D>[]): Promise<void> {
    try {
      const refused = await ask(() =>
        send(
          rows(),
          group.map(({ doc }) => doc),
        ),
      );
      for (const [at, { resolve }] of group.entries()) resolve(!refused.has(at));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function run(): Promise<void> {
    isUnderWay = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_GROUP);
      waiting = waiting.slice(MAX_GROUP);
      const wanted = group.filter(({ until }) => until > performance.now());
      for (const one of group) if (!wanted.includes(one)) one.reject(new Error('no answer in time'));
      if (wanted.length > 0) await insert(wanted);
    }
    isUnderWay = false;
  }

  return (doc) =>
    new Promise((resolve, reject) => {
      waiting.push({ doc, until: performance.now() + patienceMs, resolve, reject });
      if (!isUnderWay) void run();
    });
}

/** Numbers of the documents that a live or expired one stands in the way of. @throws what else went wrong */
async function send<D>(rows: Insertable<D>, docs: D[]): Promise<ReadonlySet<number>> {
  const [first] = docs;
  try {
    if (docs.length === 1) await rows.insertOne(first as D);
    else await rows.insertMany(docs, { ordered: false });
    return new Set();
  } catch (error) {
    const { code, writeErrors, result } = error as BulkRefusal;
    if (docs.length === 1 && code === DUPLICATE_KEY) return new Set([0]);
    const refusals = writeErrors === undefined ? [] : [writeErrors].flat();
    const isUncertain = refusals.length === 0 || result?.getWriteConcernError?.() !== undefined;
    if (isUncertain || !refusals.every((one) => one.code === DUPLICATE_KEY)) throw error;
    return new Set(refusals.map(({ index }) => index));
  }
}
