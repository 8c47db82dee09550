import type { CollectionParts } from './collection-parts.ts';
import { ConflictError, storageContention } from './errors.ts';
import type { Emission } from './port.ts';

const MAX_ATTEMPTS = 40;

interface Change<T, R> {
  /** The next document; absent: leave it. */
  next?: T;
  emit?: readonly Emission[];
  value: R;
}

/**
 * Reads, changes and writes a document only if nobody wrote meanwhile; starts again otherwise.
 * `change` gets undefined for a missing document; `next` then inserts it.
 * @throws AppError 'storage.contention' after 40 lost races; ConflictError on a unique value
 */
export async function swapDocument<T extends object, R>(
  parts: Pick<CollectionParts<T>, 'spec' | 'table' | 'codec' | 'clock' | 'nextRevision' | 'backoff'>,
  key: string,
  change: (doc: T | undefined) => Change<T, R>,
): Promise<{ value: R; written: boolean; emitted: boolean }> {
  const { spec, table, codec, clock, nextRevision, backoff } = parts;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const now = clock.now();
    const row = await table.get(key, now);
    const { next, emit, value } = change(row && codec.decode(row));
    if (next === undefined) return { value, written: false, emitted: false };
    const entry = codec.encode(next, nextRevision(), emit);
    if (entry.key !== key) throw new TypeError(`a change of ${spec.name} must keep its key`);
    const outcome = row ? await table.replace(entry, row.rev, now) : await table.insert(entry, now);
    if (outcome === 'written') return { value, written: true, emitted: entry.emissions.length > 0 };
    const raced = outcome === 'stale' || (!row && outcome.taken === 'key');
    if (!raced) throw new ConflictError(spec.name, (outcome as { taken: string }).taken);
    await backoff(attempt);
  }
  throw storageContention(spec.name);
}
