import { type AcknowledgedWrites, createAcknowledgedWrites } from './acknowledged-writes.ts';
import { createCachedReads } from './cached-reads.ts';
import type { CollectionParts } from './collection-parts.ts';
import { ConflictError } from './errors.ts';
import { createKeyQueue } from './key-queue.ts';
import type { Collection } from './port.ts';
import { scopeOf } from './query.ts';
import { createReads } from './reads.ts';
import { createSwapVerbs } from './swap-verbs.ts';

/** A collection of the port over a table of some engine. */
export function createStoredCollection<T extends object>(parts: CollectionParts<T>): Collection<T> {
  const queue = createKeyQueue();
  const writes = createAcknowledgedWrites(parts, queue);
  return {
    ...createReadVerbs(parts),
    ...createWholeVerbs(parts, writes),
    ...createSwapVerbs(parts, writes.swap, queue),
  };
}

function createReadVerbs<T extends object>(
  parts: CollectionParts<T>,
): Pick<Collection<T>, 'get' | 'getMany' | 'find' | 'count'> {
  const { layout, table, clock, copies, proofs } = parts;
  const plain = createReads(parts);
  const reads = copies ? createCachedReads(parts, copies, plain) : plain;
  return {
    async get(key, options) {
      if (options?.latest) proofs.renew();
      return (await reads.get(key)).doc;
    },
    async getMany(keys) {
      if (keys.length === 0) return [];
      const found = await reads.getMany(keys);
      return keys.flatMap((key) => found.get(key)?.doc ?? []);
    },
    async find(query) {
      const { items, ...page } = await reads.find(query);
      return { items: items.map(({ doc }) => doc as T), ...page };
    },
    count: async (query) => table.count(scopeOf(layout, query), clock.now()),
  };
}

/** The verbs that write or delete whole documents, whatever was there before. */
function createWholeVerbs<T extends object>(
  { codec }: CollectionParts<T>,
  { write, remove, removeWhere }: AcknowledgedWrites<T>,
): Pick<Collection<T>, 'insert' | 'insertIfAbsent' | 'put' | 'consume' | 'delete' | 'deleteWhere'> {
  return {
    insert: (doc, options) => write(doc, options?.emit, 'insert'),
    async insertIfAbsent(doc, options) {
      try {
        await write(doc, options?.emit, 'insert');
        return true;
      } catch (error) {
        if (error instanceof ConflictError && error.constraint === 'key') return false;
        throw error;
      }
    },
    put: (doc, options) => write(doc, options?.emit, 'put'),
    async consume(key) {
      const row = await remove(key);
      return row && codec.decode(row);
    },
    delete: async (key) => (await remove(key)) !== undefined,
    deleteWhere: removeWhere,
  };
}
