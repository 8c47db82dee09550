import type { IndexValue } from './port.ts';

/** What an engine must know of a collection: names are safe identifiers, checked by `layoutOf`. */
export interface Layout {
  name: string;
  durability: 'durable' | 'volatile';
  unique: readonly FieldTuple[];
  index: readonly IndexLayout[];
  cache?: CacheLayout;
}

/** Nodes keep copies: changes are told with the collection's name before they are acknowledged. */
export interface CacheLayout {
  /** Results of these are kept: new documents are told as well as changed ones. */
  find: readonly IndexLayout[];
  /** Missing keys are kept: new documents are told. */
  absent: boolean;
  /** Nothing is kept where reads are cheap, so nothing need be told there. */
  busy: boolean;
}

export interface FieldTuple {
  name: string;
  fields: readonly string[];
}

export interface IndexLayout extends FieldTuple {
  /** The one field that may hold a list, with one index entry for each of its values. */
  listField?: string;
}

/** Values of indexed fields by field name; an absent field means no entry. */
export type FieldValues = Readonly<Record<string, IndexValue | readonly string[]>>;

/** A document as an engine stores it. `rev` is new with every write; `body` is JSON text with sealed fields sealed. */
export interface Row {
  key: string;
  rev: number;
  version: number;
  body: string;
  /** Epoch milliseconds; null: never. */
  expiresAt: number | null;
}

/** A row to be written, with its index values and what must happen with the change. */
export interface Entry extends Row {
  fields: FieldValues;
  emissions: readonly SealedEmission[];
  /** Names of the kept index results that this document belongs to. */
  results: readonly string[];
}

/** A row found by an index. `position`: the entry's values of the fields that `equals` left open. */
export interface FoundRow extends Row {
  position: readonly IndexValue[];
}

export interface SealedEmission {
  id: string;
  topic: string;
  /** Sealed JSON text. */
  payload: string;
}

export interface LeasedEmission extends SealedEmission {
  /** Where the engine keeps it; means nothing to others. */
  place: string;
  /** Earlier deliveries that failed. */
  attempts: number;
}

export interface Scope {
  index: IndexLayout;
  /** Values of a prefix of the index's fields. */
  equals: readonly IndexValue[];
  /** Bounds of the next field: inclusive. */
  from?: IndexValue;
  /** Bounds of the next field: exclusive. */
  to?: IndexValue;
}

export interface RawQuery extends Scope {
  limit: number;
  reverse: boolean;
  /** Entries strictly behind this one, in reading direction. */
  after?: { position: readonly IndexValue[]; key: string };
}

/** `taken`: 'key' or the name of the unique declaration that another live document holds. */
export type WriteOutcome = 'written' | 'stale' | { taken: string };

/**
 * One collection in an engine. Every verb is atomic on one row and blind to rows with `expiresAt <= now`.
 * A resolved write is visible to every reader; it is durable once `durable()`, called afterwards, resolves.
 * Any failure is AppError 'storage.unavailable'.
 */
export interface Table {
  insert(entry: Entry, now: number): Promise<WriteOutcome>;
  put(entry: Entry, now: number): Promise<WriteOutcome>;
  /** Replaces the row only while its revision is `rev`; 'stale' otherwise. */
  replace(entry: Entry, rev: number, now: number): Promise<WriteOutcome>;
  get(key: string, now: number): Promise<Row | undefined>;
  /** In any order, missing ones left out. */
  getMany(keys: readonly string[], now: number): Promise<Row[]>;
  /** Deletes and returns, to one caller only. */
  consume(key: string, now: number): Promise<Row | undefined>;
  find(query: RawQuery, now: number): Promise<FoundRow[]>;
  /** Documents, not index entries. */
  count(scope: Scope, now: number): Promise<number>;
  deleteWhere(scope: Scope, now: number): Promise<number>;
  /** Rows in key order behind `after` (or any stable order with an own cursor), live or not. */
  scan(after: string | undefined, limit: number): Promise<{ rows: Row[]; next?: string }>;
  /** Removes what expired; 0 where the engine has a TTL of its own. */
  sweep(now: number): Promise<number>;
  durable(): Promise<void>;
}

/** Emissions written with changes, until they are delivered. */
export interface EmissionQueue {
  /** Takes up to `limit` due ones, oldest first, for this caller alone until `until`; only durable ones. */
  lease(now: number, until: number, limit: number): Promise<LeasedEmission[]>;
  /** Forgets a delivered one. */
  settle(emission: LeasedEmission): Promise<void>;
  /** Gives a failed one back, to be taken again from `retryAt`. */
  release(emission: LeasedEmission, retryAt: number): Promise<void>;
  /** Seals again: `reseal` returns the new payload or undefined; resolves with the number rewritten. */
  rewrite(reseal: (emission: SealedEmission) => string | undefined): Promise<number>;
}

/** A changed document: collection and key ('*': any), and the names of kept index results that it now belongs to. */
export type OnChange = (collection: string, key: string, results: readonly string[]) => void;

export interface ChangeFeed {
  /** Asks every node to announce changes of these collections; `known`: of documents only that were there before. */
  watch(collections: readonly string[], only?: 'known'): void;
  /** Changes by other nodes. */
  listen(listener: OnChange): void;
  /**
   * True once every change of a cached collection that any node acknowledged before the call has been told to the listeners.
   * False when that can't be known: copies must neither be read nor made.
   */
  caughtUp(): boolean | Promise<boolean>;
}

export interface Engine {
  /** For messages and logs. */
  readonly name: string;
  /** True when copies of the collection's documents are worth it. */
  caches(cache: CacheLayout): boolean;
  /** All tables are declared before `open`. */
  table(layout: Layout): Table;
  /** Resolves with the collections whose index declarations changed, so that their entries must be rebuilt. */
  open(): Promise<readonly string[]>;
  /** The entries of a collection have been rebuilt. */
  rebuilt(collection: string): Promise<void>;
  close(): Promise<void>;
  check(): Promise<void>;
  readonly emissions: EmissionQueue;
  readonly changes: ChangeFeed;
}
