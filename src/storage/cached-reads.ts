import type { CollectionParts } from './collection-parts.ts';
import type { Copies, Copy } from './copies.ts';
import type { Found } from './found.ts';
import { freezeDeep } from './freeze-deep.ts';
import { resultName } from './index-result.ts';
import { checkText } from './layout.ts';
import { rawQuery } from './query.ts';
import type { Reads } from './reads.ts';

/** Reads that ask the engine only for what isn't kept; `plain` ones where nobody can tell whether copies are still true. */
export function createCachedReads<T extends object>(
  parts: CollectionParts<T>,
  copies: Copies<Found<T>>,
  plain: Reads<T>,
): Reads<T> {
  return {
    ...createCachedDocuments(parts, copies, plain),
    ...createCachedResults(parts, copies, plain),
  };
}

function createCachedDocuments<T extends object>(
  { spec, clock, codec, proofs: { caughtUp } }: CollectionParts<T>,
  copies: Copies<Found<T>>,
  plain: Reads<T>,
): Pick<Reads<T>, 'get' | 'getMany'> {
  const keepsAbsent = spec.cache?.absent ?? false;
  const kept = (key: string, now: number): Found<T> | undefined => {
    const copy = copies.get(key);
    return copy && isAlive(copy, now) ? handOut(copy, codec) : undefined;
  };
  const keep = (ticket: Ticket<T>, key: string, found: Found<T>) => {
    if (found.row || keepsAbsent) ticket.keep(copyOf(key, found));
  };
  return {
    async get(key) {
      checkText(key);
      const known = caughtUp();
      if (known !== true && !(await known)) return plain.get(key);
      const copy = kept(key, clock.now());
      if (copy) return copy;
      return load(copies, async (ticket) => {
        const found = await plain.get(key);
        keep(ticket, key, found);
        return found;
      });
    },
    async getMany(keys) {
      if (!(await caughtUp())) return plain.getMany(keys);
      const now = clock.now();
      const found = new Map<string, Found<T>>();
      for (const key of keys) {
        const copy = kept(checkText(key), now);
        if (copy) found.set(key, copy);
      }
      const missing = keys.filter((key) => !found.has(key));
      if (missing.length === 0) return found;
      return load(copies, async (ticket) => {
        for (const [key, one] of await plain.getMany(missing)) {
          keep(ticket, key, one);
          found.set(key, one);
        }
        return found;
      });
    },
  };
}

function createCachedResults<T extends object>(
  { layout, clock, codec, proofs: { caughtUp } }: CollectionParts<T>,
  copies: Copies<Found<T>>,
  plain: Reads<T>,
): Pick<Reads<T>, 'find'> {
  return {
    async find(query) {
      const raw = rawQuery(layout, query);
      const isKept = layout.cache?.find.includes(raw.index) && raw.equals.length === raw.index.fields.length;
      if (!isKept || raw.after || !(await caughtUp())) return plain.find(query);
      const name = resultName(raw.index, raw.equals);
      const now = clock.now();
      const kept = copies.result(name);
      if (kept && kept.length <= raw.limit) {
        const items = kept.filter((copy) => isAlive(copy, now)).map((copy) => handOut(copy, codec));
        return { items: raw.reverse ? items.reverse() : items };
      }
      return load(copies, async (ticket) => {
        const page = await plain.find(query);
        const members = page.items.map((found) => copyOf(found.row?.key as string, found));
        if (page.next === undefined) ticket.keepResult(name, raw.reverse ? members.reverse() : members);
        return page;
      });
    },
  };
}

type Ticket<T> = ReturnType<Copies<Found<T>>['begin']>;

async function load<T, R>(copies: Copies<Found<T>>, read: (ticket: Ticket<T>) => Promise<R>): Promise<R> {
  const ticket = copies.begin();
  try {
    return await read(ticket);
  } finally {
    ticket.end();
  }
}

/** What a write left is decoded when somebody reads it. */
function handOut<T extends object>(copy: Copy<Found<T>>, codec: CollectionParts<T>['codec']): Found<T> {
  const { row, doc } = copy.value;
  if (!row || doc) return copy.value;
  const found = { row, doc: codec.decode(row) };
  freezeDeep(found.doc);
  copy.value = found;
  return found;
}

function copyOf<T>(key: string, found: Found<T>): Copy<Found<T>> {
  freezeDeep(found.doc);
  return { key, rev: found.row?.rev, value: found };
}

/** A copy whose document has expired says nothing: somebody may have written another one since. */
function isAlive<T>({ value: { row } }: Copy<Found<T>>, now: number): boolean {
  return row === undefined || row.expiresAt === null || row.expiresAt > now;
}
