import type { Entry, Layout, Table, WriteOutcome } from '../engine.ts';
import { storageContention } from '../errors.ts';
import type { IndexValue } from '../port.ts';
import { docOf, exists, live, type MongoRows, takenConstraint, writeOf } from './mongo-model.ts';
import { type AskRows, askRowsOf, type MongoTableParts } from './mongo-table-parts.ts';
import type { Telling } from './telling.ts';

/** Turns that a concurrent writer can make vain. */
const MAX_TURNS = 20;

/** The verbs that write one document. */
export function createMongoWrites(
  layout: Layout,
  parts: MongoTableParts,
  telling: Telling,
): Pick<Table, 'insert' | 'put' | 'replace'> {
  const ask = askRowsOf(parts);
  const write = createWrite(layout, ask, telling);
  const inserted = createInsertion(parts, telling);

  return {
    async insert(entry, now) {
      if (await inserted(entry, now)) return 'written';
      // Only an expired document is written over: a live one doesn't match, and inserting it again is refused.
      const vacant = { _id: entry.key, exp: { $lte: new Date(now) } };
      const outcome = await write(entry, now, upsert(vacant, entry, now), true);
      const alsoKey = typeof outcome === 'object' && (await ask((rows) => exists(rows, entry.key, now)));
      return alsoKey ? { taken: 'key' } : outcome;
    },
    async put(entry, now) {
      if (await inserted(entry, now)) return 'written';
      const overwrite = () => write(entry, now, upsert({ _id: entry.key }, entry, now));
      const outcome = await overwrite();
      // Two first puts at once: the loser finds the winner's document now.
      return typeof outcome === 'object' && outcome.taken === 'key' ? overwrite() : outcome;
    },
    replace: (entry, rev, now) =>
      write(entry, now, async () => {
        const where = { ...live(entry.key, now), rev };
        return (await parts.writeSoon({ where, update: writeOf(entry, now) })) ? 'written' : 'stale';
      }),
  };
}

/** Most documents are new: a plain insert costs half of an upsert, and much less in company. */
function createInsertion({ service, writeSoon }: MongoTableParts, { tell, orTell }: Telling) {
  return async (entry: Entry, now: number): Promise<boolean> => {
    const insertion = () => service.ask(() => writeSoon({ insert: docOf(entry, now) }));
    if (!(await orTell(entry.key, entry.results, insertion))) return false;
    await tell(entry.key, entry.results, true);
    return true;
  };
}

function upsert(where: object, entry: Entry, now: number) {
  return async (rows: MongoRows): Promise<WriteOutcome> => {
    await rows.updateOne(where, writeOf(entry, now), { upsert: true });
    return 'written';
  };
}

/** Writes, and where an expired document holds the unique value, frees that and writes again. */
function createWrite(layout: Layout, ask: AskRows, { tell, orTell }: Telling) {
  return async (
    entry: Entry,
    now: number,
    run: (rows: MongoRows) => Promise<WriteOutcome>,
    isNew = false,
  ): Promise<WriteOutcome> => {
    const attempt = () => ask((rows) => run(rows).catch((error) => takenOf(layout, error)));
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const outcome = await orTell(entry.key, entry.results, attempt);
      if (outcome === 'written') await tell(entry.key, entry.results, isNew);
      if (typeof outcome !== 'object' || outcome.taken === 'key') return outcome;
      if (!(await freeExpired(layout, ask, entry, outcome.taken, now))) return outcome;
    }
    throw storageContention(layout.name);
  };
}

/** False while a live document holds the unique value of that declaration. */
async function freeExpired(
  layout: Layout,
  ask: AskRows,
  entry: Entry,
  constraint: string,
  now: number,
): Promise<boolean> {
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

function takenOf(
  layout: Layout,
  error: { code?: unknown; keyPattern?: Record<string, unknown> },
): WriteOutcome {
  if (error.code !== 11000) throw error;
  return { taken: takenConstraint(layout, error.keyPattern ?? {}) };
}
