import type { FoundRow, RawQuery, Scope } from '../engine.ts';
import type { IndexValue } from '../port.ts';
import { type MongoDoc, type MongoRows, rowOf } from './mongo-model.ts';

type Filter = Record<string, unknown>;

/** Rows of one page. A list field needs its values unwound: sorting by an array would sort by its least value. */
export async function findRows(rows: MongoRows, query: RawQuery, now: number): Promise<FoundRow[]> {
  const { index, equals, limit, reverse } = query;
  const open = index.fields.slice(equals.length);
  const direction = reverse ? -1 : 1;
  const sort = Object.fromEntries(
    [...open.map((field) => `f.${field}`), '_id'].map((path) => [path, direction]),
  );
  const behind = behindFilter(query);
  const filter = { $and: [scopeFilter(query, now), ...(behind && !index.listField ? [behind] : [])] };
  const docs = index.listField
    ? await rows
        .aggregate<MongoDoc>([
          { $match: filter },
          { $unwind: `$f.${index.listField}` },
          {
            $match: {
              $and: [
                scopeFilter({ ...query, index: { ...index, listField: '' } }, now),
                ...(behind ? [behind] : []),
              ],
            },
          },
          { $sort: sort as Record<string, 1 | -1> },
          { $limit: limit },
        ])
        .toArray()
    : await rows
        .find(filter)
        .sort(sort as Record<string, 1 | -1>)
        .limit(limit)
        .toArray();
  return docs.map((doc) => ({ ...rowOf(doc), position: open.map((field) => doc.f[field] as IndexValue) }));
}

/** Live documents with an entry in the scope. */
export function scopeFilter(scope: Scope, now: number): Filter {
  const { index, equals } = scope;
  const filter: Filter = { exp: { $gt: new Date(now) } };
  index.fields.forEach((field, at) => {
    const equal = equals[at];
    if (equal !== undefined) filter[`f.${field}`] = equal;
    else
      filter[`f.${field}`] =
        at === equals.length ? bounds(scope, field === index.listField) : { $exists: true };
  });
  return filter;
}

/** Both bounds must hold for the same value of a list. */
function bounds({ from, to }: Scope, isList: boolean): Filter {
  if (from === undefined && to === undefined) return { $exists: true };
  const range = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
  return isList ? { $elemMatch: range } : range;
}

/** Entries behind the cursor: further in one field, with all fields before it equal. */
function behindFilter({ index, equals, after, reverse }: RawQuery): Filter | undefined {
  if (!after) return undefined;
  const paths = [...index.fields.slice(equals.length).map((field) => `f.${field}`), '_id'];
  const values: IndexValue[] = [...after.position, after.key];
  const beyond = reverse ? '$lt' : '$gt';
  return {
    $or: paths.map((path, at) => ({
      ...Object.fromEntries(paths.slice(0, at).map((equal, i) => [equal, values[i]])),
      [path]: { [beyond]: values[at] },
    })),
  };
}
