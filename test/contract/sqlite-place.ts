import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '#kernel';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';
import type { Place } from './contract-fixture.ts';

export const makeFolder = () => mkdtemp(join(tmpdir(), 'gatehouse-storage-'));

/** A folder of its own. */
export async function createSqlitePlace(): Promise<Place> {
  const dataDir = await makeFolder();
  return {
    engine: (clock) => createSqliteEngine({ dataDir, clock, log: silentLog, pollMs: 20 }),
    async dump() {
      const files = await readdir(dataDir);
      const bytes = await Promise.all(files.map((file) => readFile(join(dataDir, file), 'latin1')));
      return bytes.join('\n');
    },
    remove: () => rm(dataDir, { recursive: true }),
  };
}
