import type { Clock, Log } from '#kernel';
import type { Copies } from './copies.ts';
import type { DocumentCodec } from './document-codec.ts';
import type { Layout, Table } from './engine.ts';
import type { Found } from './found.ts';
import type { CollectionSpec } from './port.ts';
import type { SharedProofs } from './shared-proofs.ts';

/** Waits before attempt number `attempt` (from 1) of a write that another node won. */
export type Backoff = (attempt: number) => Promise<void>;

/** What one collection needs of its storage. */
export interface CollectionParts<T extends object> {
  spec: CollectionSpec<T>;
  layout: Layout;
  table: Table;
  codec: DocumentCodec<T>;
  clock: Clock;
  log: Log;
  nextRevision: () => number;
  backoff: Backoff;
  /** Absent where the engine keeps none. */
  copies?: Copies<Found<T>>;
  proofs: Pick<SharedProofs, 'caughtUp' | 'renew' | 'noteRead' | 'takeRead'>;
  /** After each acknowledged change of this node. */
  changed: (key: string, emitted: boolean) => void;
}
