import type { CollectionParts } from './collection-parts.ts';
import type { Row } from './engine.ts';
import { ConflictError } from './errors.ts';
import type { KeyQueue } from './key-queue.ts';
import { checkText } from './layout.ts';
import { type Change, swapDocument } from './optimistic-update.ts';
import type { CollectionSpec, Emission, FindQuery } from './port.ts';
import { scopeOf } from './query.ts';
import { createWriter } from './writer.ts';

/** Writes of one collection: each is durable when it resolves, and is told to whoever watches. */
export interface AcknowledgedWrites<T extends object> {
  write(doc: T, emit: readonly Emission[] | undefined, how: 'insert' | 'put'): Promise<void>;
  /** Compare-and-swap, one writer of this process after the other. */
  swap<R>(key: string, change: (doc: T | undefined) => Change<T, R>): Promise<R>;
  remove(key: string): Promise<Row | undefined>;
  removeWhere(query: Pick<FindQuery, 'index' | 'equals'>): Promise<number>;
}

export function createAcknowledgedWrites<T extends object>(
  parts: CollectionParts<T>,
  queue: KeyQueue,
): AcknowledgedWrites<T> {
  const { spec, layout, table, codec, nextRevision, changed } = parts;
  const writer = createWriter(parts);
  const durably = createDurably(parts);

  return {
    async write(doc, emit = [], how) {
      checkEmits(spec, emit);
      const entry = codec.encode(doc, nextRevision(), emit);
      const outcome = await durably(() => writer.write(entry, (at) => table[how](entry, at)));
      if (typeof outcome === 'object') throw new ConflictError(spec.name, outcome.taken);
      changed(entry.key, entry.emissions.length > 0);
    },
    async swap(key, change) {
      checkText(key);
      const checked = (doc: T | undefined) => {
        const next = change(doc);
        checkEmits(spec, next.emit);
        return next;
      };
      const swapped = () => swapDocument({ ...parts, writer }, key, checked);
      const result = await durably(() => queue.run(key, swapped));
      if (result.written) changed(key, result.emitted);
      return result.value;
    },
    async remove(key) {
      checkText(key);
      // One after the other: on some engines a crowd at one document is slow.
      const row = await durably(() => queue.run(key, () => writer.remove(key)));
      if (row) changed(key, false);
      return row;
    },
    async removeWhere(query) {
      const deleted = await durably(() => writer.removeWhere(scopeOf(layout, query)));
      if (deleted > 0) changed('*', false);
      return deleted;
    },
  };
}

function createDurably<T extends object>({ spec, table, proofs }: CollectionParts<T>) {
  return async <R>(work: () => Promise<R>): Promise<R> => {
    try {
      const result = await work();
      // Refusals too wait until what they refer to is durable.
      await table.durable();
      return result;
    } finally {
      if (spec.durability === 'durable') proofs.renew();
    }
  };
}

/** Emissions live as long as their document's engine promises: only durable ones keep that promise. */
function checkEmits<T extends object>(
  { name, durability }: CollectionSpec<T>,
  emit: readonly Emission[] = [],
): void {
  if (emit.length > 0 && durability !== 'durable') throw new TypeError(`${name} is volatile and can't emit`);
}
