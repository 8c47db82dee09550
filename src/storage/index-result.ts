import { hash } from 'node:crypto';
import type { FieldValues, IndexLayout, Layout } from './engine.ts';
import type { IndexValue } from './port.ts';

/**
 * Short name of all documents that share an index's values. A digest, because notices must not repeat addresses; that two
 * results share a name only costs a second read.
 */
export function resultName(index: IndexLayout, values: readonly IndexValue[]): string {
  return hash('sha256', JSON.stringify([index.name, ...values]), 'base64url').slice(0, 12);
}

/** Whether a write changes what copies show; a new document doesn't where only documents that are there are kept. */
export function concernsCopies({ cache }: Layout, isNew: boolean): boolean {
  return cache !== undefined && !(isNew && !cache.absent && cache.find.length === 0);
}

/** Stands among the names of watched collections for one of which new documents are nobody's business. */
export const knownOf = (collection: string): string => `${collection}/known`;

/** Names of the kept results that a document with these index values belongs to. */
export function resultsOf({ cache }: Layout, fields: FieldValues): string[] {
  if (!cache) return [];
  const complete = cache.find.filter((index) => index.fields.every((field) => fields[field] !== undefined));
  return complete.map((index) =>
    resultName(
      index,
      index.fields.map((field) => fields[field] as IndexValue),
    ),
  );
}
