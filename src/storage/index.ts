/**
 * storage: JSON documents in collections behind one port, with sealing, expiry, emissions and change notices.
 * Owns the port, what both engines share, and the engines sqlite/ and mongo-redis/ (only `app` imports those).
 * Leaves the declaration of collections and every named query to the features.
 */
export type { Engine } from './engine.ts';
export { ConflictError, storageContention } from './errors.ts';
export { everyItem } from './every-item.ts';
export type { ChangeNotice, Collection, CollectionSpec, Emission, FindQuery, Page, Storage } from './port.ts';
export { createStorage } from './storage.ts';
