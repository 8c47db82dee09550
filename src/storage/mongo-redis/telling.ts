import type { Layout } from '../engine.ts';
import { concernsCopies } from '../index-result.ts';
import type { MongoTableParts } from './mongo-table-parts.ts';

/** Notices of a collection's changes to other nodes. `results`: of kept index results that the document belongs to. */
export interface Telling {
  tell(key: string, results: readonly string[], isNew?: boolean): Promise<void>;
  /** A write whose answer never came may have happened: copies of what it touched are dropped all the same. */
  orTell<R>(key: string, results: readonly string[], request: () => Promise<R>): Promise<R>;
}

export function createTelling(
  layout: Layout,
  { announce, told }: Pick<MongoTableParts, 'announce' | 'told'>,
): Telling {
  async function tell(key: string, results: readonly string[], isNew = false): Promise<void> {
    if (concernsCopies(layout, isNew)) await told(key, results);
    else announce(key, isNew);
  }
  return {
    tell,
    async orTell(key, results, request) {
      try {
        return await request();
      } catch (error) {
        await tell(key, results).catch(() => {});
        throw error;
      }
    },
  };
}
