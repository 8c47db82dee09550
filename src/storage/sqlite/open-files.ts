import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '#kernel';
import type { Layout } from '../engine.ts';
import { storageUnavailable } from '../errors.ts';
import { type DatabaseFile, openDatabaseFile, SQLITE } from './database-file.ts';

/** Result code of a lock held by another process (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const OPEN_ATTEMPTS = 40;
const OPEN_RETRY_MS = 25;

export type Durability = Layout['durability'];
export type Files = Readonly<Record<Durability, DatabaseFile>>;

/** The pair of files of a folder, made when missing; `maxPages`: as of SqliteOptions. @throws AppError 'storage.unavailable' */
export async function openFiles(dataDir: string, maxPages: number | undefined): Promise<Files> {
  const files = await openBoth(dataDir);
  if (maxPages !== undefined) limitPages(files, maxPages);
  return files;
}

async function openBoth(dataDir: string): Promise<Files> {
  const inMemory = dataDir === ':memory:';
  try {
    if (!inMemory) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const durable = await openPatiently(inMemory ? dataDir : join(dataDir, 'durable.db'), true);
    try {
      return {
        durable,
        volatile: await openPatiently(inMemory ? dataDir : join(dataDir, 'volatile.db'), false),
      };
    } catch (error) {
      durable.close();
      throw error;
    }
  } catch (error) {
    throw asUnavailable(error);
  }
}

/** Switching a new file to WAL fails at once, without the usual waiting, while another process does the same. */
async function openPatiently(path: string, durable: boolean): Promise<DatabaseFile> {
  for (let attempt = 1; ; attempt++) {
    try {
      return openDatabaseFile(path, durable);
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY || attempt === OPEN_ATTEMPTS) throw error;
      await wait(OPEN_RETRY_MS);
    }
  }
}

function limitPages(files: Files, maxPages: number): void {
  for (const { database } of Object.values(files))
    database.exec(`PRAGMA max_page_count = ${Math.trunc(maxPages)}`);
}

/** Programming errors (a wrong type) stay what they are. */
export function asUnavailable(error: unknown): unknown {
  return error instanceof AppError || error instanceof TypeError ? error : storageUnavailable(SQLITE, error);
}
