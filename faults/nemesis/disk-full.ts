import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { GatehouseSystem } from '../system/system.ts';
import type { Fault } from './fault.ts';

const SIZE = '48m';

/** A file system of its own for the data, where this machine lets us make one. */
export interface SmallDisk {
  folder: string;
  remove(): void;
}

/** Undefined without the right to mount. */
export function smallDisk(): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=700`, 'tmpfs', folder], {
      stdio: 'ignore',
    });
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  return {
    folder,
    remove() {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every byte of the small disk taken (ENOSPC). */
export function diskFull({ folder }: SmallDisk, holdMs: number): Fault {
  const filler = join(folder, 'filler');
  return {
    name: 'disk full',
    turnsRed: true,
    holdMs,
    async begin() {
      emptyLogs(folder);
      const file = openSync(filler, 'w');
      for (const size of [65_536, 4_096]) while (writes(file, Buffer.alloc(size, 1)));
      closeSync(file);
    },
    end: async () => rmSync(filler),
  };
}

/** Without a disk of our own: no file of the server may grow beyond a page (RLIMIT_FSIZE, EFBIG). */
export function noFileMayGrow({ nodes }: GatehouseSystem, holdMs: number): Fault {
  const limit = (soft: string) => {
    for (const node of nodes) execFileSync('prlimit', ['--pid', String(node.pid()), `--fsize=${soft}:`]);
  };
  return {
    name: 'disk full (file size limit)',
    turnsRed: true,
    holdMs,
    begin: async () => limit('4096'),
    end: async () => limit('unlimited'),
  };
}

export function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A write-ahead log that has grown already would have room for long. */
function emptyLogs(folder: string): void {
  for (const name of ['durable.db', 'volatile.db']) {
    const database = new DatabaseSync(join(folder, name), { timeout: 2_000 });
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
  }
}

function writes(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) === bytes.length;
  } catch {
    return false;
  }
}
