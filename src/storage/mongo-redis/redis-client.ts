import { Redis } from 'ioredis';
import { AppError, type Log } from '#kernel';
import { storageUnavailable } from '../errors.ts';
import { SCRIPTS } from './redis-scripts.ts';
import type { Service } from './service.ts';

type Script = (prefix: string, ...args: (string | number)[]) => Promise<unknown>;
export type RedisClient = Redis & Record<keyof typeof SCRIPTS, Script>;

const MAX_RECONNECT_MS = 500;

/** A client that fails at once while its server is away, comes back by itself, and never repeats a command of doubtful outcome. */
export function createRedisClient(url: string, service: Service, log: Log): RedisClient {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // RedisChanges subscribes anew; the library's own attempt is a promise that nobody awaits, whose failure ends the process.
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    commandTimeout: service.answerMs,
    connectTimeout: service.answerMs,
    disconnectTimeout: 200,
    retryStrategy: (attempt) => Math.min(MAX_RECONNECT_MS, attempt * 50),
  });
  client.on('error', (error: Error) =>
    log.warn({ service: service.name, problem: error.message }, 'Redis connection failed'),
  );
  for (const [name, lua] of Object.entries(SCRIPTS)) client.defineCommand(name, { numberOfKeys: 1, lua });
  return client as RedisClient;
}

/** @throws AppError 'storage.unavailable' */
export async function connectRedis(client: Redis, service: Service): Promise<void> {
  let problem: Error | undefined;
  const note = (error: Error) => {
    problem = error;
  };
  client.on('error', note);
  try {
    await service.ask(() => client.connect());
  } catch (error) {
    client.disconnect();
    throw storageUnavailable(service.name, problem ?? (error as AppError).cause ?? error);
  } finally {
    client.off('error', note);
  }
}

/**
 * Sign-in state must not be evicted under memory pressure: a vanished replay mark or counter opens a door.
 * @throws AppError 'storage.redis-evicts'
 */
export async function checkRedisSettings(client: Redis, service: Service, log: Log): Promise<void> {
  const policy = await setting(client, 'maxmemory-policy');
  if (policy === undefined) {
    log.warn(
      { service: service.name },
      'Redis does not show its settings: make sure that maxmemory-policy is noeviction',
    );
    return;
  }
  if (policy !== 'noeviction') {
    throw new AppError('storage.redis-evicts', 500, { params: { engine: service.name, policy } });
  }
  if ((await setting(client, 'appendonly')) === 'no') {
    log.warn(
      { service: service.name },
      'Redis keeps no append-only file: unfinished log-ins are lost when it restarts',
    );
  }
}

/** Undefined when the server refuses to tell, as managed ones do. */
async function setting(client: Redis, name: string): Promise<string | undefined> {
  try {
    const answer = (await client.config('GET', name)) as unknown;
    return Array.isArray(answer) ? answer[1] : (answer as Record<string, string>)[name];
  } catch {
    return undefined;
  }
}
