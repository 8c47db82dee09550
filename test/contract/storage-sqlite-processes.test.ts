import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { createSecretBox, silentLog, systemClock } from '#kernel';
import { createStorage } from '#storage';
import { createSqliteEngine } from '../../src/storage/sqlite/index.ts';
import { itemSpec, OLD_KEY, upTo } from './contract-fixture.ts';
import { makeFolder } from './sqlite-place.ts';

const PROCESSES = 3;
const ROUNDS = 60;

interface Won {
  marked: string[];
  consumed: string[];
  counted: number;
  stale: number;
  emitted: string[];
}

describe('several processes on one SQLite installation', () => {
  let folder: string;
  const children: ChildProcessByStdio<Writable, Readable, null>[] = [];
  beforeEach(async () => {
    folder = await makeFolder();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  function compete(name: string) {
    const script = new URL('./competing-process.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, folder, name], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      next: async () => String((await lines.next()).value),
      go: () => child.stdin.write('go\n'),
    };
  }

  it('X38 loses no change, tells one winner, delivers each emission once and shows nobody an old copy', async () => {
    const engine = createSqliteEngine({ dataDir: folder, clock: systemClock, log: silentLog });
    const storage = createStorage(engine, {
      clock: systemClock,
      log: silentLog,
      secretBox: createSecretBox([OLD_KEY]),
    });
    const items = storage.collection({ ...itemSpec('durable'), cache: { max: 100 } });
    const passing = storage.collection(itemSpec('volatile'));
    await storage.open();
    await items.insert({ id: 'shared', tags: [] });
    await items.insert({ id: 'counter', count: 0 });
    for (const at of upTo(ROUNDS)) {
      await items.insert({ id: `mark-${at}` });
      await passing.insert({ id: `once-${at}` });
    }

    const others = upTo(PROCESSES).map((at) => compete(`p${at}`));
    expect(await Promise.all(others.map((one) => one.next()))).toEqual(upTo(PROCESSES).map(() => 'ready'));
    for (const one of others) one.go();
    const won = (await Promise.all(others.map((one) => one.next()))).map((line) => JSON.parse(line) as Won);

    const together = (what: (one: Won) => string[]) => won.flatMap(what).sort();
    const numbered = (text: string) =>
      upTo(ROUNDS)
        .map((at) => `${text}-${at}`)
        .sort();
    expect(together((one) => one.marked)).toEqual(numbered('mark'));
    expect(together((one) => one.consumed)).toEqual(numbered('once'));
    expect(won.map((one) => one.stale)).toEqual(upTo(PROCESSES).map(() => 0));
    expect(won.reduce((sum, one) => sum + one.counted, 0)).toBe(ROUNDS * 2);
    const changes = upTo(PROCESSES)
      .flatMap((at) => numbered(`p${at}`))
      .sort();
    expect([...((await items.get('shared'))?.tags ?? [])].sort()).toEqual(changes);
    expect((await items.get('counter'))?.count).toBe(ROUNDS * 2);
    const left: string[] = [];
    await storage.drainEmissions(async ({ id }) => void left.push(id));
    expect([...together((one) => one.emitted), ...left].sort()).toEqual(changes);
    await storage.close();
  });
});
