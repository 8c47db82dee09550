import type { z } from 'zod';

/** Field names of T. */
export type Field<T> = keyof T & string;
/** What an index may hold: a string, a number, or a list of strings (one index entry each). `undefined`/null: no entry. */
export type IndexValue = string | number;

/**
 * Declares one collection of JSON documents. Callers never learn which engine holds it.
 * Documents are plain JSON; instants are epoch milliseconds.
 */
export interface CollectionSpec<T extends object> {
  /** kebab-case, unique in the installation. */
  name: string;
  /** Guards every write. */
  schema: z.ZodType<T>;
  /** The field that identifies a document: a string. */
  key: Field<T>;
  /** Fields (or tuples of fields) whose value no two live documents share. Documents without the field are exempt. */
  unique?: Readonly<Record<string, readonly Field<T>[]>>;
  /** Declared indexes by name: equality on a prefix of the fields, then a range or string prefix on the next, then key order. */
  index?: Readonly<Record<string, readonly Field<T>[]>>;
  /** The field with the instant from which a document is no longer returned; absent value: never. */
  expiresAt?: Field<T>;
  /** durable survives a power cut once acknowledged; volatile survives a crash of the process. */
  durability: 'durable' | 'volatile';
  /** Fields sealed at rest; bound to collection, key and field. Never indexed. Any JSON value. */
  sealed?: readonly Field<T>[];
  /** Durable collections only. */
  cache?: CacheSpec;
  /** Schema version of what is written; 1 when absent. */
  version?: number;
  /** `migrations[n]` turns a document of version n into version n + 1. Applied on read, and to all by `migrate`. */
  migrations?: Readonly<Record<number, (doc: Record<string, unknown>) => Record<string, unknown>>>;
}

/**
 * Copies of documents in memory, shared and frozen. They are exact: a read sees every change that was acknowledged before it
 * began, by whichever process (docs/decisions/011).
 */
export interface CacheSpec {
  /** Documents kept at most; the least recently read go first. */
  max: number;
  /** Keeps, too, that a key has no document. */
  absent?: boolean;
  /** Indexes whose results are kept where all fields are given and nothing else; none with a list field. */
  find?: readonly string[];
  /** Written about as often as read: kept only where a read costs a trip to a server. */
  busy?: boolean;
}

/** Something that must happen together with a change: an audit event, a message, a notice. Delivered at least once. */
export interface Emission {
  /** Idempotency key. */
  id: string;
  topic: string;
  /** Sealed at rest. */
  payload: Record<string, unknown>;
}

export interface FindQuery {
  index: string;
  /** Values for a prefix of the index's fields. */
  equals?: readonly IndexValue[];
  /** On the field after `equals`; bounds inclusive `from`, exclusive `to`. */
  range?: { from?: IndexValue; to?: IndexValue };
  /** On the field after `equals`: string prefix. */
  prefix?: string;
  /** Default 100, at most 1000. */
  limit?: number;
  /** `next` of the page before. Stable under inserts. */
  after?: string;
  reverse?: boolean;
}

export interface Page<T> {
  items: T[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

export interface WriteOptions {
  emit?: readonly Emission[];
}

/** Each verb is atomic on one document. Expired documents are never seen by any verb. */
export interface Collection<T extends object> {
  /** @throws ConflictError on a live document with the same key or unique value */
  insert(doc: T, options?: WriteOptions): Promise<void>;
  /** False when the key is taken; @throws ConflictError on another unique value */
  insertIfAbsent(doc: T, options?: WriteOptions): Promise<boolean>;
  /** Insert or replace as a whole. @throws ConflictError on a unique value of another document */
  put(doc: T, options?: WriteOptions): Promise<void>;
  /** `latest`: not only what was acknowledged before this request, but before this call. */
  get(key: string, options?: { latest?: boolean }): Promise<T | undefined>;
  /** In the order of `keys`, missing ones left out. */
  getMany(keys: readonly string[]): Promise<T[]>;
  find(query: FindQuery): Promise<Page<T>>;
  count(query: Pick<FindQuery, 'index' | 'equals' | 'range' | 'prefix'>): Promise<number>;
  /**
   * Compare-and-swap: `change` gets a fresh copy and returns the next document, or undefined to leave it.
   * It may run several times. Resolves with the document after the change, undefined when missing or left.
   * @throws AppError 'storage.contention' when other writers won too often
   */
  update(
    key: string,
    change: (doc: T) => T | undefined,
    options?: { emit?: (next: T) => readonly Emission[] },
  ): Promise<T | undefined>;
  /** Sets a field that is unset, once: exactly one caller is told 'won'. */
  mark(key: string, field: Field<T>, value: T[Field<T>]): Promise<'won' | 'lost' | 'missing'>;
  /** Reads and deletes: exactly one caller gets the document. */
  consume(key: string): Promise<T | undefined>;
  /**
   * Guarded counter on a numeric field: adds `by` (default 1) unless the result would exceed `limit`.
   * `initial` is inserted first when the document is missing (or expired); its field is the start value.
   */
  increment(
    key: string,
    field: Field<T>,
    options: { by?: number; limit?: number; initial?: T },
  ): Promise<{ allowed: boolean; value: number }>;
  /** Moves the expiry; false when missing. */
  touch(key: string, expiresAt: number): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  /** Number of documents deleted. */
  deleteWhere(query: { index: string; equals: readonly IndexValue[] }): Promise<number>;
  /**
   * Leases due work: documents whose `dueField` (first field of `index`) is at or before now are taken by moving it to
   * now + leaseMs and raising `fenceField` by one; each lease goes to one caller. Finish with `update` that compares the fence.
   */
  claim(options: {
    index: string;
    dueField: Field<T>;
    fenceField: Field<T>;
    leaseMs: number;
    limit: number;
  }): Promise<T[]>;
}

/** Notice that a document of a collection changed, on this node or another. May be lost: copies need a short maximum age. */
export interface ChangeNotice {
  collection: string;
  key: string;
}

export interface Storage {
  /** Declares a collection; all are declared before `open`. */
  collection<T extends object>(spec: CollectionSpec<T>): Collection<T>;
  /** Connects, checks the engine's settings and makes tables and indexes. @throws AppError 'storage.unavailable' */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when every engine answers. @throws AppError 'storage.unavailable' with the engine's name */
  check(): Promise<void>;
  /**
   * Runs the work of one request: its reads of cached collections show what was acknowledged before it began or before its
   * last write, whichever is later (and nothing older than 100 ms). Other reads show what was acknowledged before them.
   */
  readTogether<R>(work: () => R): R;
  /**
   * Hands pending emissions to `deliver`, oldest first, and forgets each one that resolves; one node at a time holds an emission.
   * Resolves with the number delivered.
   */
  drainEmissions(deliver: (emission: Emission) => Promise<void>, limit?: number): Promise<number>;
  /** Called after each local write that emitted, so that the relay can drain at once. */
  onEmission(listener: () => void): void;
  /** Change notices of the named collections, from every node and the CLI. `'*'` as key: everything may have changed. */
  watch(collections: readonly string[], listener: (notice: ChangeNotice) => void): void;
  /** Removes expired documents; engines with a TTL of their own do nothing. Resolves with the number removed. */
  sweep(): Promise<number>;
  /** Rewrites documents of older schema versions; resolves with the number rewritten per collection. */
  migrate(): Promise<Record<string, number>>;
  /** Seals again what older SECRET_KEYS sealed; resolves with the number of documents rewritten. */
  reseal(): Promise<number>;
}
