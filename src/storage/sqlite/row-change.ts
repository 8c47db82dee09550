import type { Entry, Layout } from '../engine.ts';
import { concernsCopies } from '../index-result.ts';
import type { DatabaseFile } from './database-file.ts';
import { listIndexes, writeListEntries } from './list-entries.ts';
import type { TableParts } from './table-parts.ts';

/** `key`: '*' for several. `entry`: what is written; absent when rows are removed. */
export interface RowChange {
  key: string;
  entry?: Entry;
  isNew?: boolean;
  /** Runs the statement; false when it changed nothing. */
  run: () => boolean;
}

/** Runs a change together with what belongs to it: entries of list indexes, emissions, the notice to other processes. */
export type MakeChange = (file: DatabaseFile, change: RowChange) => boolean;

export function createMakeChange(
  layout: Layout,
  { emissions, changes }: Pick<TableParts, 'emissions' | 'changes'>,
): MakeChange {
  const lists = listIndexes(layout);
  const mustTell = (isNew: boolean) =>
    (keepsCopies(layout) && concernsCopies(layout, isNew)) || changes.isWatched(layout.name, isNew);

  return (file, { key, entry, isNew = false, run }) => {
    const isTold = mustTell(isNew);
    const hasMore = entry !== undefined && (lists.length > 0 || entry.emissions.length > 0);
    const all = () => {
      if (!run()) return false;
      if (entry) {
        for (const index of lists) writeListEntries(file, layout, index, entry);
        emissions.add(file, entry.emissions);
      }
      if (isTold) changes.record(file, layout.name, key, entry?.results ?? []);
      return true;
    };
    // A single statement needs no transaction of its own.
    const isDone = hasMore || isTold ? file.transaction(all) : run();
    if (isDone) file.sync.committed();
    return isDone;
  };
}

/** Whether new documents are nobody's business, so that one of them needs no notice where an overwritten one does. */
export function isQuietlyNew(layout: Layout): boolean {
  return keepsCopies(layout) && !concernsCopies(layout, true);
}

const keepsCopies = ({ cache }: Layout) => cache !== undefined && !cache.busy;
