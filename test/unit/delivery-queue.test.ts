import { z } from 'zod';
import { createAudit } from '#audit';
import { createQueue, createRelay, PermanentRefusal } from '#delivery';
import { HOUR, type Log, SECOND, silentLog, systemRandomness } from '#kernel';
import type { Collection, Emission, Storage } from '#storage';
import { memoryStorage } from '../support/web-server.ts';

const START = Date.UTC(2026, 10, 22);

describe('the durable queue', () => {
  let now: number;
  let storage: Storage;
  let logged: string[];
  let carriers: Collection<{ id: string }>;
  let parts: Parameters<typeof createQueue>[0];
  const clock = { now: () => now };

  beforeEach(() => {
    now = START;
    logged = [];
    const keep = (facts: object, message: string) => void logged.push(JSON.stringify({ ...facts, message }));
    const log: Log = { ...silentLog, warn: keep, error: keep };
    storage = memoryStorage(clock);
    carriers = storage.collection({
      name: 'carriers',
      schema: z.strictObject({ id: z.string() }),
      key: 'id',
      durability: 'durable',
    });
    parts = { storage, clock, randomness: systemRandomness, log };
  });
  afterEach(() => storage.close());

  async function openQueue() {
    const queue = createQueue(parts);
    const audit = createAudit(parts);
    const relay = createRelay({ storage, queue, audit, log: parts.log });
    await storage.open();
    return { queue, audit, relay };
  }

  /** Some change that emits. */
  const emit = (...emissions: Emission[]) =>
    carriers.insert({ id: systemRandomness.id() }, { emit: emissions });

  it('gives up at once what is refused for good; the operator tries it again or throws it away', async () => {
    const { queue } = await openQueue();
    let refusing = true;
    const done: string[] = [];
    queue.handle('notice', async (_payload, { id }) => {
      if (refusing) throw new PermanentRefusal('smtp 550');
      done.push(id);
    });
    await queue.enqueue({ id: 'a', topic: 'notice', payload: {} });
    await queue.enqueue({ id: 'b', topic: 'notice', payload: {} });
    await queue.runDue();
    expect(
      (await queue.dead()).map(({ id, attempts, lastError }) => [id, attempts, lastError]).sort(),
    ).toEqual([
      ['a', 1, 'PermanentRefusal smtp 550'],
      ['b', 1, 'PermanentRefusal smtp 550'],
    ]);
    refusing = false;
    expect(await queue.retry('a')).toBe('retried');
    expect([await queue.retry('a'), await queue.retry('nothing')]).toEqual(['unknown', 'unknown']);
    expect([await queue.discard('b'), await queue.discard('b')]).toEqual([true, false]);
    await queue.runDue();
    expect([done, await queue.dead(), await queue.stateOf('a')]).toEqual([['a'], [], 'done']);
    expect(await queue.discard('a')).toBe(false);
  });

  it('does not do what has passed its deadline, and keeps nothing of it but that it was', async () => {
    const { queue } = await openQueue();
    const done: unknown[] = [];
    queue.handle('notice', async (payload) => void done.push(payload));
    await queue.enqueue({ id: 'late', topic: 'notice', payload: { secret: 1 }, deadline: START + SECOND });
    await queue.enqueue({ id: 'timely', topic: 'notice', payload: { n: 1 }, deadline: START + HOUR });
    now += SECOND;
    await queue.runDue();
    expect(done).toEqual([{ n: 1 }]);
    expect(await queue.dead()).toMatchObject([{ id: 'late', payload: {}, lastError: 'DeadlinePassed' }]);
    expect(await queue.retry('late')).toBe('too-late');
  });

  it('runs a job once, when it is due', async () => {
    const { queue } = await openQueue();
    const seen: unknown[] = [];
    queue.handle('notice', async (payload) => void seen.push(payload));
    await queue.enqueue({ topic: 'notice', payload: { n: 1 } });
    await queue.enqueue({ topic: 'notice', payload: { n: 2 }, dueAt: START + SECOND });
    expect(await queue.runDue()).toBe(1);
    expect(await queue.runDue()).toBe(0);
    now += SECOND;
    await queue.runDue();
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await queue.depth()).toEqual({ due: 0, dead: 0 });
  });

  it('takes a job id once, also after the job is finished', async () => {
    const { queue } = await openQueue();
    let runs = 0;
    queue.handle('notice', async () => void runs++);
    for (let i = 0; i < 2; i++) await queue.enqueue({ id: 'same', topic: 'notice', payload: {} });
    await queue.runDue();
    await queue.enqueue({ id: 'same', topic: 'notice', payload: {} });
    await queue.runDue();
    expect(runs).toBe(1);
  });

  it('tries again after 10 s, 20 s, 40 s … at most 6 h, and gives up after twelve attempts', async () => {
    const { queue } = await openQueue();
    const attempts: number[] = [];
    queue.handle('notice', async () => {
      attempts.push(now);
      throw Object.assign(new Error('550 ada@other.example is unknown, code 123456'), { code: 'EENVELOPE' });
    });
    await queue.enqueue({ id: 'job-1', topic: 'notice', payload: { secret: 'canary-value' } });
    while (attempts.length < 12) {
      await queue.runDue();
      now += SECOND;
      if (attempts.length > 6) now += 600 * SECOND;
    }
    const waits = attempts.slice(1).map((at, i) => at - (attempts[i] ?? 0));
    for (const [i, expected] of [10, 20, 40, 80, 160].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(expected * SECOND);
      expect(waits[i]).toBeLessThanOrEqual(expected * 1.1 * SECOND + 2 * SECOND);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(6 * HOUR * 1.1 + 601 * SECOND);
    now += 48 * HOUR;
    expect(await queue.runDue()).toBe(0);
    const [dead] = await queue.dead();
    expect(dead).toMatchObject({ id: 'job-1', attempts: 12, lastError: 'Error EENVELOPE' });
    expect(await queue.depth()).toEqual({ due: 0, dead: 1 });
    expect(logged.join('\n')).toContain('a job was given up');
    expect(logged.join('\n')).not.toMatch(/canary-value|ada@|123456/);
  });

  it('gives a job whose worker died to another one, says so, and ignores the dead one’s verdict', async () => {
    const { queue } = await openQueue();
    const runs: boolean[] = [];
    let finishFirst = (): void => {};
    queue.handle('notice', (_payload, { again }) => {
      runs.push(again);
      return again
        ? Promise.reject(new Error('later'))
        : new Promise<void>((resolve) => {
            finishFirst = resolve;
          });
    });
    await queue.enqueue({ topic: 'notice', payload: {} });
    const first = queue.runDue();
    while (runs.length === 0) await new Promise(setImmediate);
    now += 3 * 60 * SECOND;
    await queue.runDue();
    finishFirst();
    await first;
    expect(runs).toEqual([false, true]);
    expect(await queue.depth()).toEqual({ due: 1, dead: 0 });
  });

  it('gives up a job that takes every worker down with it', async () => {
    const { queue } = await openQueue();
    let runs = 0;
    queue.handle('notice', () => {
      runs++;
      return new Promise(() => {});
    });
    await queue.enqueue({ topic: 'notice', payload: {} });
    for (let died = 1; died <= 30; died++) {
      void queue.runDue();
      while (runs < died) await new Promise(setImmediate);
      now += 3 * 60 * SECOND;
    }
    await queue.runDue();
    expect(runs).toBe(30);
    expect(await queue.depth()).toEqual({ due: 0, dead: 1 });
  });

  it('hands on what changes emitted, once, and starts it at once', async () => {
    const { queue, audit, relay } = await openQueue();
    const done = new Promise<unknown>((resolve) => {
      queue.handle('notice', async (payload) => resolve(payload));
    });
    queue.start({ intervalMs: HOUR });
    relay.start();
    const event = audit.emission({ type: 'password.changed', actor: 'a1', accountId: 'a1' });
    await emit(queue.emission({ topic: 'notice', payload: { n: 1 } }), event);
    expect(await done).toEqual({ n: 1 });
    await relay.stop();
    await queue.stop();
    await audit.append(event.payload);
    expect((await audit.list({ accountId: 'a1' })).items).toEqual([event.payload]);
  });

  it('delivers the rest when one emission cannot be delivered', async () => {
    const { queue, relay } = await openQueue();
    let runs = 0;
    queue.handle('notice', async () => void runs++);
    await emit({ id: 'x', topic: 'from-a-newer-node', payload: {} });
    await emit(queue.emission({ id: 'job-2', topic: 'notice', payload: {} }));
    await relay.drain();
    await queue.runDue();
    expect(runs).toBe(1);
  });

  it('stops only when its running jobs are done', async () => {
    const { queue } = await openQueue();
    let finish = (): void => {};
    let began = (): void => {};
    const running = new Promise<void>((resolve) => {
      began = resolve;
    });
    queue.handle('notice', () => {
      began();
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    queue.start({ intervalMs: HOUR });
    await queue.enqueue({ topic: 'notice', payload: {} });
    await running;
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    finish();
    await stopping;
    expect((await queue.depth()).due).toBe(0);
  });
});
