import type { CollectionParts } from './collection-parts.ts';
import { findPage } from './find-page.ts';
import type { Found } from './found.ts';
import { checkText } from './layout.ts';
import type { FindQuery, Page } from './port.ts';

/** The verbs that only read, of documents with their rows. */
export interface Reads<T> {
  get(key: string): Promise<Found<T>>;
  /** An answer for each key. */
  getMany(keys: readonly string[]): Promise<Map<string, Found<T>>>;
  find(query: FindQuery): Promise<Page<Found<T>>>;
}

export const NOTHING: Found<never> = { row: undefined, doc: undefined };

/** Reads of the engine. */
export function createReads<T extends object>(parts: CollectionParts<T>): Reads<T> {
  const { spec, layout, table, codec, clock, proofs } = parts;
  return {
    async get(key) {
      const row = await table.get(checkText(key), clock.now());
      if (!row) return NOTHING;
      proofs.noteRead(spec.name, row);
      return { row, doc: codec.decode(row) };
    },
    async getMany(keys) {
      const found = new Map<string, Found<T>>(keys.map((key) => [checkText(key), NOTHING]));
      if (found.size === 0) return found;
      for (const row of await table.getMany([...found.keys()], clock.now())) {
        found.set(row.key, { row, doc: codec.decode(row) });
      }
      return found;
    },
    find: (query) => findPage(layout, table, codec, query, clock.now()),
  };
}
