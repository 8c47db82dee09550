import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { createMetrics, readWorkerMetrics } from '#ops';

/** A worker as its primary sees it, which answers with `figures` or, without any, not at all. */
function workerWith(figures: unknown, onAsked = () => {}): Worker {
  const process = { pid: 4711 };
  const worker = Object.assign(new EventEmitter(), {
    process,
    send(message: { metricsTurn: number }, sent: (error: Error | null) => void) {
      sent(null);
      if (figures) queueMicrotask(() => worker.emit('message', { ...message, figures }));
      onAsked();
    },
  });
  return worker as unknown as Worker;
}

const requests = (count: number) => [
  {
    name: 'requests',
    help: 'x',
    type: 'counter',
    aggregator: 'sum',
    values: [{ value: count, labels: {} }],
  },
];
const SOON_MS = 5;

describe('metrics of workers', () => {
  it('are added up over those that serve, whoever else is starting', async () => {
    const { text, contentType } = await readWorkerMetrics(
      () => [workerWith(requests(3)), workerWith(requests(4))],
      SOON_MS,
    );
    expect(await text()).toMatch(/^requests 7$/m);
    expect(contentType).toBe((await createMetrics()).contentType);
  });

  it('leave out a worker that dies while it is asked', async () => {
    const dying = workerWith(undefined, () => dying.emit('exit', null, 'SIGKILL'));
    const { text } = await readWorkerMetrics(() => [dying, workerWith(requests(4))], SOON_MS);
    expect(await text()).toMatch(/^requests 4$/m);
    expect(dying.listenerCount('message')).toBe(0);
  });

  it('fail while one that serves does not answer, instead of showing counters that went back', async () => {
    const stalled = workerWith(undefined);
    const { text } = await readWorkerMetrics(() => [stalled, workerWith(requests(4))], SOON_MS);
    await expect(text()).rejects.toThrow('worker 4711 did not answer');
  });
});
