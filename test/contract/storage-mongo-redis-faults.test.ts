import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, createSecretBox, type Log, silentLog } from '#kernel';
import { type ChangeNotice, createStorage } from '#storage';
import { MAX_AGE_MS } from '../../src/storage/copies.ts';
import { createMongoRedisEngine } from '../../src/storage/mongo-redis/index.ts';
import { PROOF_AGE_MS } from '../../src/storage/shared-proofs.ts';
import { codeOf, createTestClock, itemSpec, OLD_KEY } from './contract-fixture.ts';
import { type CuttableProxy, createCuttableProxy } from './cuttable-proxy.ts';
import { createMongoRedisPlace, type Servers, serversToTest } from './mongo-redis-place.ts';

const servers = serversToTest();
const hasRedisServer = spawnSync('redis-server', ['--version']).status === 0;
const SECRET_IN_URL = 'pass-in-url';
const CACHE = { max: 50, absent: true, find: ['byGroup'] };

if (servers) describe('faults of MongoDB and Redis', () => describeFaults(servers));
else it.skip('faults of MongoDB and Redis (MONGO_URL and REDIS_URL are not set)', () => {});

function describeFaults(real: Servers): void {
  const place = createMongoRedisPlace(real);
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(() => place.remove());

  async function proxyTo(url: string, rewrite?: (answer: Buffer) => Buffer): Promise<CuttableProxy> {
    const { hostname: host, port } = new URL(url);
    const proxy = await createCuttableProxy({ host, port: Number(port) }, rewrite);
    closers.push(() => proxy.close());
    return proxy;
  }

  function declare({ mongoUrl = place.mongoUrl, redisUrl = real.redisUrl, log = silentLog as Log } = {}) {
    const clock = createTestClock();
    const { keyPrefix } = place;
    const answerMs = 2_000;
    const engine = createMongoRedisEngine({ mongoUrl, redisUrl, keyPrefix, clock, log, answerMs });
    const storage = createStorage(engine, { clock, log, secretBox: createSecretBox([OLD_KEY]) });
    closers.push(() => storage.close());
    return {
      storage,
      durable: storage.collection(itemSpec('durable')),
      volatile: storage.collection(itemSpec('volatile')),
      cached: storage.collection({ ...itemSpec('durable'), name: 'cached-items', cache: CACHE }),
    };
  }

  const mongoThrough = (proxy: CuttableProxy) => {
    const url = new URL(place.mongoUrl);
    url.host = `127.0.0.1:${proxy.port}`;
    // The server announces its own address, which would lead round the proxy.
    url.searchParams.set('directConnection', 'true');
    return url.href;
  };
  const redisThrough = (port: number) => `redis://127.0.0.1:${port}/0`;

  /** The refusal of a verb; one that waited for the server instead would run into the test's own time-out. */
  async function refusalOf(verb: () => Promise<unknown>): Promise<AppError> {
    const error = await verb().then(
      () => new Error('resolved'),
      (caught) => caught,
    );
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'storage.unavailable', status: 503 });
    return error;
  }

  async function untilItWorks(verb: () => Promise<unknown>): Promise<void> {
    const end = performance.now() + 10_000;
    while ((await codeOf(verb())) !== 'resolved') {
      if (performance.now() > end) throw new Error('the server is back, storage is not');
      await pause(20);
    }
  }

  it('names the server that is away at the start, without its credentials', async () => {
    const gone = await proxyTo(real.redisUrl);
    await gone.cut();
    const mongo = declare({ mongoUrl: `mongodb://user:${SECRET_IN_URL}@127.0.0.1:${gone.port}/gatehouse` });
    const mongoError = await refusalOf(() => mongo.storage.open());
    expect(mongoError.params).toEqual({ engine: `MongoDB at 127.0.0.1:${gone.port}` });
    const redis = declare({ redisUrl: `redis://user:${SECRET_IN_URL}@127.0.0.1:${gone.port}/0` });
    const redisError = await refusalOf(() => redis.storage.open());
    expect(redisError.params).toEqual({ engine: `Redis at 127.0.0.1:${gone.port}` });
    for (const error of [mongoError, redisError]) {
      expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain(SECRET_IN_URL);
    }
    expect(await codeOf(mongo.durable.get('a'))).toBe('storage.unavailable');
    expect(await codeOf(redis.volatile.get('a'))).toBe('storage.unavailable');
  });

  it('starts once the server is there that was away before', async () => {
    const proxy = await proxyTo(real.redisUrl);
    await proxy.cut();
    const { storage, volatile } = declare({ redisUrl: redisThrough(proxy.port) });
    await refusalOf(() => storage.open());
    await proxy.restore();
    await storage.open();
    await volatile.put({ id: 'started' });
  });

  it.each([
    'cut',
    'freeze',
  ] as const)('refuses soon while MongoDB is away (%s) and goes on when it is back', async (how) => {
    const proxy = await proxyTo(real.mongoUrl);
    const { storage, durable, volatile } = declare({ mongoUrl: mongoThrough(proxy) });
    await storage.open();
    await durable.put({ id: 'kept', count: 1 });
    await proxy[how]();
    const error = await refusalOf(() => durable.update('kept', (doc) => ({ ...doc, count: 2 })));
    expect(error.params).toEqual({ engine: `MongoDB at 127.0.0.1:${proxy.port}` });
    await refusalOf(() => durable.get('kept'));
    await refusalOf(() => storage.check());
    await volatile.put({ id: 'unharmed' });
    await proxy.restore();
    await untilItWorks(() => durable.get('kept'));
    await storage.check();
    await durable.update('kept', (doc) => ({ ...doc, count: 3 }));
    expect((await durable.get('kept'))?.count).toBe(3);
  });

  it.each([
    'cut',
    'freeze',
  ] as const)('refuses soon while Redis is away (%s) and goes on when it is back', async (how) => {
    const proxy = await proxyTo(real.redisUrl);
    const { storage, durable, volatile } = declare({ redisUrl: redisThrough(proxy.port) });
    await storage.open();
    const seen: ChangeNotice[] = [];
    storage.watch(['durable-items'], (notice) => seen.push(notice));
    await volatile.put({ id: 'kept', count: 1 });
    await proxy[how]();
    const error = await refusalOf(() => volatile.increment('kept', 'count', {}));
    expect(error.params).toEqual({ engine: `Redis at 127.0.0.1:${proxy.port}` });
    await refusalOf(() => volatile.consume('kept'));
    await refusalOf(() => storage.check());
    await durable.put({ id: 'unharmed' });
    await proxy.restore();
    await untilItWorks(() => volatile.get('kept'));
    expect((await volatile.get('kept'))?.count).toBe(1);
    // Notices may have been missed: a copy of anything is stale now.
    await untilItWorks(async () => {
      if (!seen.some(({ key }) => key === '*')) throw new Error('not yet');
    });
  });

  it.each([
    'cut',
    'freeze',
  ] as const)('X8 serves nothing old from copies while Redis is away from their node (%s)', async (how) => {
    const proxy = await proxyTo(real.redisUrl);
    const reader = declare({ redisUrl: redisThrough(proxy.port) });
    const writer = declare();
    await writer.storage.open();
    await reader.storage.open();
    const [id, added] = [`${how}-kept`, `${how}-new`];
    const query = { index: 'byGroup', equals: [how, 1] };
    const look = async () => [
      (await reader.cached.get(id))?.count,
      (await reader.cached.getMany([id])).map(({ count }) => count)[0],
      (await reader.cached.find(query)).items[0]?.count,
      (await reader.cached.get(added))?.count,
    ];
    await writer.cached.insert({ id, group: how, at: 1, count: 1 });
    expect(await look()).toEqual([1, 1, 1, undefined]);
    await reader.storage.readTogether(async () => {
      expect(await look()).toEqual([1, 1, 1, undefined]);
      await proxy[how]();
      await writer.cached.update(id, (doc) => ({ ...doc, count: 2 }));
      await writer.cached.insert({ id: added, count: 5 });
      // The proof of before lasts a moment; what comes after that is another request.
      await pause(PROOF_AGE_MS);
      expect(await look()).toEqual([2, 2, 2, 5]);
    });
    await writer.cached.update(id, (doc) => ({ ...doc, count: 3 }));
    expect(await look()).toEqual([3, 3, 3, 5]);
    // Written without Redis: acknowledged when every copy has become too old.
    const from = performance.now();
    await reader.cached.update(id, (doc) => ({ ...doc, count: 4 }));
    expect(performance.now() - from).toBeGreaterThan(MAX_AGE_MS - 100);
    expect((await writer.cached.get(id))?.count).toBe(4);
    await proxy.restore();
    await untilItWorks(() => reader.volatile.get('kept'));
    await writer.cached.update(id, (doc) => ({ ...doc, count: 5 }));
    expect(await look()).toEqual([5, 5, 5, 5]);
  });

  it('refuses to start on a Redis that evicts', async () => {
    const evicting = (answer: Buffer) =>
      Buffer.from(answer.toString('latin1').replace('$10\r\nnoeviction', '$11\r\nallkeys-lru'), 'latin1');
    const proxy = await proxyTo(real.redisUrl, evicting);
    const { storage } = declare({ redisUrl: redisThrough(proxy.port) });
    await expect(storage.open()).rejects.toMatchObject({
      code: 'storage.redis-evicts',
      params: { policy: 'allkeys-lru' },
    });
  });

  (hasRedisServer ? describe : describe.skip)('with a Redis of our own', () => {
    let folder: string;
    let child: ChildProcess | undefined;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'gatehouse-redis-'));
    });
    afterEach(async () => {
      await stop();
      await rm(folder, { recursive: true });
    });

    async function start(port: number, ...options: string[]): Promise<void> {
      child = spawn(
        'redis-server',
        ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--save', '', ...options],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      for await (const chunk of child.stdout as NodeJS.ReadableStream) {
        if (String(chunk).includes('Ready to accept connections')) break;
      }
    }
    async function stop(): Promise<void> {
      const running = child;
      child = undefined;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      running.kill('SIGKILL');
      await once(running, 'exit');
    }
    async function freePort(): Promise<number> {
      const proxy = await proxyTo(real.redisUrl);
      await proxy.cut();
      return proxy.port;
    }

    it('goes on after Redis was killed and started again, with what it had acknowledged', async () => {
      const port = await freePort();
      const options = ['--appendonly', 'yes', '--appendfsync', 'always'];
      await start(port, ...options);
      const { storage, volatile } = declare({ redisUrl: redisThrough(port) });
      await storage.open();
      await volatile.insert({ id: 'code', group: 'g', at: 1, email: 'x@example' });
      await stop();
      await refusalOf(() => volatile.consume('code'));
      await start(port, ...options);
      await untilItWorks(() => volatile.get('code'));
      // The scripts are gone from the restarted server's cache.
      expect(await codeOf(volatile.insert({ id: 'other', email: 'x@example' }))).toBe('storage.conflict');
      expect(await volatile.count({ index: 'byGroup', equals: ['g'] })).toBe(1);
      expect(await volatile.consume('code')).toBeDefined();
    });

    it('warns of a Redis without append-only file, and of one that hides its settings', async () => {
      const warnings: string[] = [];
      const log: Log = { ...silentLog, warn: (_facts, message) => warnings.push(message) };
      const port = await freePort();
      await start(port);
      await declare({ redisUrl: redisThrough(port), log }).storage.open();
      expect(warnings.join()).toContain('append-only');
      await stop();
      warnings.length = 0;
      await start(port, '--rename-command', 'CONFIG', '');
      await declare({ redisUrl: redisThrough(port), log }).storage.open();
      expect(warnings.join()).toContain('noeviction');
    });
  });
}
