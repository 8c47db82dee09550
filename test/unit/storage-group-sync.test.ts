import { createGroupSync } from '../../src/storage/sqlite/group-sync.ts';

interface Sync {
  failedBefore: boolean;
  done(): void;
  fail(error: Error): void;
}

/** A sync that the test ends by hand; `started` are those begun so far. */
function manualSync() {
  const started: Sync[] = [];
  const sync = (failedBefore: boolean) =>
    new Promise<void>((resolve, reject) => started.push({ failedBefore, done: resolve, fail: reject }));
  return { started, sync };
}

/** Lets everything run that waits for nothing but promises. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('group sync', () => {
  it('shares one sync among the commits before its start, and starts another for those after', async () => {
    const { started, sync } = manualSync();
    const group = createGroupSync(sync);
    const log: string[] = [];
    const commit = (name: string) => {
      group.committed();
      return group.settled().then(() => log.push(name));
    };
    const first = [commit('a'), commit('b')];
    await turn();
    expect(started).toHaveLength(1);
    const second = [commit('c'), commit('d')];
    await turn();
    expect(started).toHaveLength(1);
    started[0]?.done();
    await Promise.all(first);
    await turn();
    expect([log, started.length]).toEqual([['a', 'b'], 2]);
    started[1]?.done();
    await Promise.all(second);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('needs no sync when nothing was committed, but waits for one that is running', async () => {
    const { started, sync } = manualSync();
    const group = createGroupSync(sync);
    await group.settled();
    expect(started).toHaveLength(0);
    group.committed();
    const writer = group.settled();
    await turn();
    let settled = false;
    const reader = group.settled().then(() => {
      settled = true;
    });
    await turn();
    expect(settled).toBe(false);
    started[0]?.done();
    await Promise.all([writer, reader]);
  });

  it('rejects all who waited for a failed sync, and tells the next that one failed', async () => {
    const { started, sync } = manualSync();
    const group = createGroupSync(sync);
    group.committed();
    const waiting = Promise.allSettled([group.settled(), group.settled()]);
    await turn();
    started[0]?.fail(new Error('I/O error'));
    expect((await waiting).map((one) => one.status)).toEqual(['rejected', 'rejected']);
    const next = group.settled();
    await turn();
    expect(started.map((one) => one.failedBefore)).toEqual([false, true]);
    started[1]?.done();
    await next;
    group.committed();
    const last = group.settled();
    await turn();
    expect(started[2]?.failedBefore).toBe(false);
    started[2]?.done();
    await last;
  });
});
