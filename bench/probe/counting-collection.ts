import { channel } from 'node:diagnostics_channel';
import type { Collection } from '#storage';
import type { CollectionParts } from '../../src/storage/collection-parts.ts';
import { createStoredCollection as createCollection } from '../../src/storage/stored-collection.ts';
import { STORAGE_CALLS } from './storage-calls.ts';

/** The product's collection, each call of which is told on the channel. */
export function createStoredCollection<T extends object>(parts: CollectionParts<T>): Collection<T> {
  const told = channel(STORAGE_CALLS);
  const verbs = Object.entries(createCollection(parts)).map(([verb, run]) => [
    verb,
    (...args: unknown[]) => {
      told.publish({ collection: parts.spec.name, verb });
      return (run as (...args: unknown[]) => unknown)(...args);
    },
  ]);
  return Object.fromEntries(verbs);
}
