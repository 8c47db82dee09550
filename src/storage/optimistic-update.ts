import type { CollectionParts } from './collection-parts.ts';
import type { Row } from './engine.ts';
import { ConflictError, storageContention } from './errors.ts';
import type { Emission } from './port.ts';
import type { Writer } from './writer.ts';

const MAX_ATTEMPTS = 40;

export interface Change<T, R> {
  /** The next document; absent: leave it. */
  next?: T;
  emit?: readonly Emission[];
  value: R;
}

type SwapParts<T extends object> = { writer: Writer } & Pick<
  CollectionParts<T>,
  'spec' | 'table' | 'codec' | 'clock' | 'nextRevision' | 'backoff' | 'copies' | 'proofs'
>;

/**
 * Reads, changes and writes a document only if nobody wrote meanwhile; starts again otherwise.
 * `change` gets undefined for a missing document; `next` then inserts it.
 * @throws AppError 'storage.contention' after 40 lost races; ConflictError on a unique value
 */
export async function swapDocument<T extends object, R>(
  parts: SwapParts<T>,
  key: string,
  change: (doc: T | undefined) => Change<T, R>,
): Promise<{ value: R; written: boolean; emitted: boolean }> {
  const { spec, table, codec, clock, nextRevision, backoff, writer } = parts;
  let copy = liveCopy(parts, key);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const now = clock.now();
    const row = copy ?? (await table.get(key, now));
    const wanted = copy
      ? orUndefined(() => change(codec.decode(row as Row)))
      : change(row && codec.decode(row));
    if (copy && wanted?.next === undefined) {
      // A copy is good enough to try a write that compares its revision, never to refuse one.
      copy = undefined;
      continue;
    }
    const { next, emit, value } = wanted as Change<T, R>;
    if (next === undefined) return { value, written: false, emitted: false };
    const entry = codec.encode(next, nextRevision(), emit);
    if (entry.key !== key) throw new TypeError(`a change of ${spec.name} must keep its key`);
    const outcome = await writer.write(entry, (at) =>
      row ? table.replace(entry, row.rev, at) : table.insert(entry, at),
    );
    if (outcome === 'written') {
      parts.proofs.noteRead(spec.name, entry);
      return { value, written: true, emitted: entry.emissions.length > 0 };
    }
    const raced = outcome === 'stale' || (!row && outcome.taken === 'key');
    if (!raced) throw new ConflictError(spec.name, (outcome as { taken: string }).taken);
    if (!copy) await backoff(attempt);
    copy = undefined;
  }
  throw storageContention(spec.name);
}

function orUndefined<R>(work: () => R): R | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function liveCopy<T extends object>(
  { spec, copies, proofs, clock }: SwapParts<T>,
  key: string,
): Row | undefined {
  const row = copies?.get(key)?.value.row ?? proofs.takeRead(spec.name, key);
  return row && (row.expiresAt === null || row.expiresAt > clock.now()) ? row : undefined;
}
