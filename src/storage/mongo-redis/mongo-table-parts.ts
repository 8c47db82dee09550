import type { SingleWrite } from './group-write.ts';
import type { MongoRows } from './mongo-model.ts';
import type { Service } from './service.ts';

export interface MongoTableParts {
  service: Service;
  rows: () => MongoRows;
  /** As of GroupWrite; several of a moment share a command. */
  writeSoon: (one: SingleWrite) => Promise<boolean>;
  /** Tells other nodes of a change. */
  announce: (key: string, isNew: boolean) => void;
  /** The same for a collection that nodes keep copies of; resolves when none of them can be read any more. */
  told: (key: string, results: readonly string[]) => Promise<void>;
}

/** Asks the collection, with the service's patience. */
export type AskRows = <R>(request: (rows: MongoRows) => Promise<R>) => Promise<R>;

export function askRowsOf({ service, rows }: Pick<MongoTableParts, 'service' | 'rows'>): AskRows {
  return (request) => service.ask(() => request(rows()));
}
