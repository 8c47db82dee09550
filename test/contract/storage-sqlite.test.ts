import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { createSecretBox, silentLog } from '#kernel';
import { createStorage } from '#storage';
import { createSqliteEngine, type SqliteOptions } from '../../src/storage/sqlite/index.ts';
import { codeOf, createTestClock, itemSpec, OLD_KEY, upTo } from './contract-fixture.ts';
import { createSqlitePlace, makeFolder } from './sqlite-place.ts';
import { describeStorageContract } from './storage-contract.ts';

describeStorageContract('SQLite', createSqlitePlace);

describe('faults of SQLite', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  function declare(options: Partial<SqliteOptions> = {}) {
    const clock = createTestClock();
    const engine = createSqliteEngine({ dataDir: join(folder, 'data'), clock, log: silentLog, ...options });
    const storage = createStorage(engine, { clock, log: silentLog, secretBox: createSecretBox([OLD_KEY]) });
    return {
      storage,
      items: storage.collection(itemSpec('durable')),
      passing: storage.collection(itemSpec('volatile')),
    };
  }

  it('keeps folder and files readable to their owner only', async () => {
    const { storage, items, passing } = declare();
    await storage.open();
    await items.insert({ id: 'a' });
    await passing.insert({ id: 'a' });
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    for (const file of await readdir(join(folder, 'data'))) {
      expect([file, (await stat(join(folder, 'data', file))).mode & 0o077]).toEqual([file, 0]);
    }
    await storage.close();
  });

  it('leaves no notice of new documents where only copies of known ones are kept', async () => {
    const { storage } = declare();
    const [kept, found] = ['kept', 'found'].map((name) =>
      storage.collection({
        ...itemSpec('durable'),
        name,
        cache: { max: 5, ...(name === 'found' && { find: ['byAt'] }) },
      }),
    );
    await storage.open();
    for (const items of [kept, found]) await items?.insert({ id: 'new' });
    await kept?.put({ id: 'put' });
    await kept?.update('new', (doc) => ({ ...doc, at: 1 }));
    await storage.close();
    const file = new DatabaseSync(join(folder, 'data', 'durable.db'));
    const notices = file.prepare('SELECT collection, key FROM _changes ORDER BY seq').all();
    file.close();
    expect(notices.map(({ collection, key }) => `${collection} ${key}`)).toEqual(['found new', 'kept new']);
  });

  it('says at the start that the folder cannot be used, and starts once it can', async () => {
    const { storage, items } = declare();
    await writeFile(join(folder, 'data'), 'a file in place of the folder');
    await expect(storage.open()).rejects.toMatchObject({
      code: 'storage.unavailable',
      params: { engine: 'SQLite' },
    });
    expect(await codeOf(items.get('a'))).toBe('storage.unavailable');
    expect(await codeOf(storage.check())).toBe('storage.unavailable');
    await rm(join(folder, 'data'));
    await storage.open();
    await items.insert({ id: 'a' });
    await storage.check();
    await storage.close();
  });

  it('refuses a file that is no database and leaves it as it is', async () => {
    const { storage } = declare({ dataDir: folder });
    await writeFile(join(folder, 'durable.db'), 'x'.repeat(5000));
    expect(await codeOf(storage.open())).toBe('storage.unavailable');
    expect(await readFile(join(folder, 'durable.db'), 'utf8')).toBe('x'.repeat(5000));
  });

  it('refuses writes while the disk is full, keeps what is there, and goes on when there is room', async () => {
    const { storage, items } = declare({ maxPages: 100 });
    await storage.open();
    const note = 'n'.repeat(10_000);
    let refused: unknown;
    let kept = 0;
    while (refused === undefined && kept < 1000) {
      const emit = [{ id: `e${kept}`, topic: 't', payload: {} }];
      await items.insert({ id: `k${kept}`, note, tags: ['t'] }, { emit }).then(
        () => kept++,
        (error) => {
          refused = error;
        },
      );
    }
    expect(refused).toMatchObject({ code: 'storage.unavailable', status: 503 });
    expect(await items.count({ index: 'byTag', equals: ['t'] })).toBe(kept);
    expect(await items.get(`k${kept}`)).toBeUndefined();
    for (const at of upTo(5)) await items.delete(`k${at}`);
    await items.insert({ id: 'again', note });
    const emitted: string[] = [];
    await storage.drainEmissions(async ({ id }) => void emitted.push(id));
    expect(emitted).toEqual(upTo(kept).map((at) => `e${at}`));
    await storage.close();
  });

  it('refuses a write while another process holds the lock for too long, and goes on afterwards', async () => {
    const { storage, items } = declare();
    await storage.open();
    const other = new DatabaseSync(join(folder, 'data', 'durable.db'));
    other.exec('BEGIN IMMEDIATE');
    expect(await codeOf(items.insert({ id: 'a' }))).toBe('storage.unavailable');
    other.exec('COMMIT');
    other.close();
    await items.insert({ id: 'a' });
    await storage.close();
  });

  it('lets several processes make a new folder at once', async () => {
    const script = new URL('./acknowledging-writer.ts', import.meta.url).pathname;
    const children = upTo(3).map(() =>
      spawn(process.execPath, [script, join(folder, 'data')], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    try {
      const firstLines = children.map(async (child) => String(await once(child.stdout, 'data')));
      for (const line of await Promise.all(firstLines)) expect(line).toContain('-');
    } finally {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children.map((child) => child.signalCode ?? once(child, 'exit')));
    }
  });

  it('loses no acknowledged write and no emission when the process is killed', async () => {
    const script = new URL('./acknowledging-writer.ts', import.meta.url).pathname;
    const child: ChildProcess = spawn(process.execPath, [script, join(folder, 'data')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: string[] = [];
    try {
      for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
        acknowledged.push(line);
        if (acknowledged.length === 300) child.kill('SIGKILL');
      }
    } finally {
      child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');

    const { storage, items, passing } = declare();
    await storage.open();
    expect(await items.getMany(acknowledged)).toHaveLength(acknowledged.length);
    expect(await passing.getMany(acknowledged)).toHaveLength(acknowledged.length);
    const emitted = new Set<string>();
    await storage.drainEmissions(async ({ id }) => void emitted.add(id), 100_000);
    expect(acknowledged.filter((id) => !emitted.has(id))).toEqual([]);
    // Nothing half-written: every document has its emission and its index entries.
    expect(await items.count({ index: 'byAt' })).toBe(emitted.size);
    expect(await items.count({ index: 'byTag', equals: ['t'] })).toBe(emitted.size);
    await storage.close();
  });
});
