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
  const { spec, layout, clock, codec } = parts;
  const { caughtUp } = parts.proofs;
  const keepsAbsent = spec.cache?.absent ?? false;

  /** What a write left is decoded when somebody reads it. */
  function handOut(copy: Copy<Found<T>>): Found<T> {
    const { row, doc } = copy.value;
    if (!row || doc) return copy.value;
    const found = { row, doc: codec.decode(row) };
    freezeDeep(found.doc);
    copy.value = found;
    return found;
  }
  function copyOf(key: string, found: Found<T>): Copy<Found<T>> {
    freezeDeep(found.doc);
    return { key, rev: found.row?.rev, value: found };
  }
  /** A copy whose document has expired says nothing: somebody may have written another one since. */
  function alive(key: string, now: number): Copy<Found<T>> | undefined {
    const copy = copies.get(key);
    return copy && isAlive(copy, now) ? copy : undefined;
  }
  const isAlive = ({ value }: Copy<Found<T>>, now: number) =>
    value.row === undefined || value.row.expiresAt === null || value.row.expiresAt > now;

  async function usable(): Promise<boolean> {
    return caughtUp();
  }

  async function load<R>(read: (ticket: ReturnType<typeof copies.begin>) => Promise<R>): Promise<R> {
    const ticket = copies.begin();
    try {
      return await read(ticket);
    } finally {
      ticket.end();
    }
  }

  return {
    async get(key) {
      checkText(key);
      const known = caughtUp();
      if (known !== true && !(await known)) return plain.get(key);
      const kept = alive(key, clock.now());
      if (kept) return handOut(kept);
      return load(async (ticket) => {
        const found = await plain.get(key);
        if (found.row || keepsAbsent) ticket.keep(copyOf(key, found));
        return found;
      });
    },
    async getMany(keys) {
      if (!(await usable())) return plain.getMany(keys);
      const now = clock.now();
      const kept = new Map<string, Found<T>>();
      for (const key of keys) {
        const copy = alive(checkText(key), now);
        if (copy) kept.set(key, handOut(copy));
      }
      const missing = keys.filter((key) => !kept.has(key));
      if (missing.length === 0) return kept;
      return load(async (ticket) => {
        for (const [key, found] of await plain.getMany(missing)) {
          if (found.row || keepsAbsent) ticket.keep(copyOf(key, found));
          kept.set(key, found);
        }
        return kept;
      });
    },
    async find(query) {
      const raw = rawQuery(layout, query);
      const isKept = layout.cache?.find.includes(raw.index) && raw.equals.length === raw.index.fields.length;
      if (!isKept || raw.after || !(await usable())) return plain.find(query);
      const name = resultName(raw.index, raw.equals);
      const now = clock.now();
      const kept = copies.result(name);
      if (kept && kept.length <= raw.limit) {
        const items = kept.filter((copy) => isAlive(copy, now)).map(handOut);
        return { items: raw.reverse ? items.reverse() : items };
      }
      return load(async (ticket) => {
        const page = await plain.find(query);
        const members = page.items.map((found) => copyOf(found.row?.key as string, found));
        if (page.next === undefined) ticket.keepResult(name, raw.reverse ? members.reverse() : members);
        return page;
      });
    },
  };
}
