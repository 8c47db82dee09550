import { createCachedReads } from './cached-reads.ts';
import type { CollectionParts } from './collection-parts.ts';
import type { Row } from './engine.ts';
import { ConflictError } from './errors.ts';
import { createKeyQueue } from './key-queue.ts';
import { checkIndexValue, checkText } from './layout.ts';
import { swapDocument } from './optimistic-update.ts';
import type { Collection, CollectionSpec, Emission } from './port.ts';
import { scopeOf } from './query.ts';
import { createReads } from './reads.ts';
import { createWriter } from './writer.ts';

export function createStoredCollection<T extends object>(parts: CollectionParts<T>): Collection<T> {
  const { spec, layout, table, codec, clock, nextRevision, copies, changed, proofs } = parts;
  const queue = createKeyQueue();
  const plain = createReads(parts);
  const reads = copies ? createCachedReads(parts, copies, plain) : plain;
  const writer = createWriter(parts);
  const now = () => clock.now();
  const emissions = (emit: readonly Emission[] = []) => {
    if (emit.length > 0) checkEmits(spec);
    return emit;
  };
  const field = (doc: T, name: string) => (doc as Record<string, unknown>)[name];

  async function durably<R>(work: () => Promise<R>): Promise<R> {
    try {
      const result = await work();
      // Refusals too wait until what they refer to is durable.
      await table.durable();
      return result;
    } finally {
      if (spec.durability === 'durable') proofs.renew();
    }
  }

  async function write(doc: T, emit: readonly Emission[] | undefined, how: 'insert' | 'put'): Promise<void> {
    const entry = codec.encode(doc, nextRevision(), emissions(emit));
    const outcome = await durably(() => writer.write(entry, (at) => table[how](entry, at)));
    if (typeof outcome === 'object') throw new ConflictError(spec.name, outcome.taken);
    changed(entry.key, entry.emissions.length > 0);
  }

  /** Compare-and-swap, one writer of this process after the other. */
  async function swap<R>(key: string, change: Parameters<typeof swapDocument<T, R>>[2]): Promise<R> {
    checkText(key);
    const result = await durably(() => queue.run(key, () => swapDocument({ ...parts, writer }, key, change)));
    if (result.written) changed(key, result.emitted);
    return result.value;
  }

  async function remove(key: string): Promise<Row | undefined> {
    checkText(key);
    // One after the other: on some engines a crowd at one document is slow.
    const row = await durably(() => queue.run(key, () => writer.remove(key)));
    if (row) changed(key, false);
    return row;
  }

  const collection: Collection<T> = {
    insert: (doc, options) => write(doc, options?.emit, 'insert'),
    async insertIfAbsent(doc, options) {
      try {
        await collection.insert(doc, options);
        return true;
      } catch (error) {
        if (error instanceof ConflictError && error.constraint === 'key') return false;
        throw error;
      }
    },
    put: (doc, options) => write(doc, options?.emit, 'put'),
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
    count: async (query) => table.count(scopeOf(layout, query), now()),

    update: (key, change, options) =>
      swap(key, (doc) => {
        const next = doc && change(doc);
        return next ? { next, emit: emissions(options?.emit?.(next)), value: next } : { value: undefined };
      }),
    mark: (key, name, value) =>
      swap<'won' | 'lost' | 'missing'>(key, (doc) => {
        if (!doc) return { value: 'missing' };
        const isSet = field(doc, name) !== undefined && field(doc, name) !== null;
        return isSet ? { value: 'lost' } : { next: { ...doc, [name]: value }, value: 'won' };
      }),
    increment: (key, name, { by = 1, limit = Number.POSITIVE_INFINITY, initial }) =>
      swap<{ allowed: boolean; value: number }>(key, (doc) => {
        const base = doc ?? initial;
        if (!base) return { value: { allowed: false, value: 0 } };
        const before = Number(field(base, name) ?? 0);
        const after = before + by;
        if (after > limit) return { value: { allowed: false, value: before } };
        return { next: { ...base, [name]: after }, value: { allowed: true, value: after } };
      }),
    async touch(key, expiresAt) {
      const name = spec.expiresAt;
      if (name === undefined) throw new TypeError(`${spec.name} declares no expiresAt`);
      return swap(key, (doc) =>
        doc ? { next: { ...doc, [name]: expiresAt }, value: true } : { value: false },
      );
    },

    async consume(key) {
      const row = await remove(key);
      return row && codec.decode(row);
    },
    delete: async (key) => (await remove(key)) !== undefined,
    async deleteWhere(query) {
      const deleted = await durably(() => writer.removeWhere(scopeOf(layout, query)));
      if (deleted > 0) changed('*', false);
      return deleted;
    },

    claim: ({ index, dueField, fenceField, leaseMs, limit }) =>
      queue.run('\0claim', async () => {
        const at = now();
        const due = { index, range: { to: at + 1 }, limit };
        const claimed: T[] = [];
        for (const row of await table.find({ ...scopeOf(layout, due), limit, reverse: false }, at)) {
          const doc = await swap(row.key, (current) => {
            if (!current || Number(field(current, dueField) ?? at + 1) > at) return { value: undefined };
            const fence = Number(field(current, fenceField) ?? 0) + 1;
            const next = { ...current, [dueField]: checkIndexValue(at + leaseMs), [fenceField]: fence };
            return { next, value: next };
          });
          if (doc) claimed.push(doc);
        }
        return claimed;
      }),
  };
  return collection;
}

/** Emissions live as long as their document's engine promises: only durable ones keep that promise. */
function checkEmits<T extends object>(spec: CollectionSpec<T>): void {
  if (spec.durability !== 'durable') throw new TypeError(`${spec.name} is volatile and can't emit`);
}
