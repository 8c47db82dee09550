import type { ChangeTable } from './change-table.ts';
import type { DatabaseFile } from './database-file.ts';
import type { EmissionTable } from './emission-table.ts';

/** What a table needs of its open file. `access` maps every failure to AppError 'storage.unavailable'. */
export interface TableParts {
  access: <R>(work: (file: DatabaseFile) => R) => R;
  emissions: EmissionTable;
  changes: ChangeTable;
}
