/** Diagnostics channel on which each call of the storage port is told. */
export const STORAGE_CALLS = 'bench:storage-calls';

export interface StorageCall {
  collection: string;
  verb: string;
}
