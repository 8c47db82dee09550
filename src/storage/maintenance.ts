import type { Log } from '#kernel';
import type { CollectionParts } from './collection-parts.ts';
import type { Row } from './engine.ts';
import { ConflictError } from './errors.ts';
import { createWriter } from './writer.ts';

const PAGE = 500;

// biome-ignore lint/suspicious/noExplicitAny: collections of all document types are kept together
export type AnyParts = CollectionParts<any>;

/**
 * Rewrites the documents for which `wanted` says so, each only if nobody wrote it meanwhile (who did, wrote it anew).
 * Resolves with the number rewritten.
 */
export async function rewrite(parts: AnyParts, wanted: (row: Row) => boolean): Promise<number> {
  const { table, codec, clock, nextRevision, spec } = parts;
  const writer = createWriter(parts);
  let rewritten = 0;
  let after: string | undefined;
  do {
    const page = await table.scan(after, PAGE);
    for (const row of page.rows.filter(wanted)) {
      const now = clock.now();
      if (row.expiresAt !== null && row.expiresAt <= now) continue;
      const entry = codec.encode(codec.decode(row), nextRevision());
      const outcome = await writer.write(entry, () => table.replace(entry, row.rev, now));
      if (typeof outcome === 'object') throw new ConflictError(spec.name, outcome.taken);
      if (outcome === 'written') rewritten++;
    }
    after = page.next;
  } while (after !== undefined);
  await table.durable();
  return rewritten;
}

/** Gives every document its entries in newly declared indexes. */
export async function rebuildIndexes(parts: AnyParts, log: Log): Promise<void> {
  const documents = await rewrite(parts, () => true);
  if (documents > 0) log.info({ collection: parts.spec.name, documents }, 'index entries rebuilt');
}

export function migrateOld(parts: AnyParts): Promise<number> {
  return rewrite(parts, (row) => row.version < parts.codec.version);
}

export function resealStale(parts: AnyParts): Promise<number> {
  return rewrite(parts, (row) => parts.codec.isStale(row));
}
