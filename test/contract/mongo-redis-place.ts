import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Mongoose } from 'mongoose';
import { silentLog } from '#kernel';
import { dropDatabase } from '../../bench/targets/drop-database.ts';
import { createMongoRedisEngine } from '../../src/storage/mongo-redis/index.ts';
import type { Place } from './contract-fixture.ts';

export interface Servers {
  mongoUrl: string;
  redisUrl: string;
}

/** The servers to test with; undefined where there are none, which continuous integration doesn't accept. */
export function serversToTest(): Servers | undefined {
  const mongoUrl = process.env['MONGO_URL'];
  const redisUrl = process.env['REDIS_URL'];
  if (mongoUrl && redisUrl) return { mongoUrl, redisUrl };
  if (process.env['CI'])
    throw new Error('MONGO_URL and REDIS_URL must be set: half of the engines would go untested');
  return undefined;
}

/** A database and a key prefix of its own on the servers. Patient, since a busy machine makes a slow server. */
export function createMongoRedisPlace({
  mongoUrl,
  redisUrl,
}: Servers): Place & { keyPrefix: string; mongoUrl: string } {
  const suffix = randomUUID().slice(0, 8);
  const url = new URL(mongoUrl);
  url.pathname = `${url.pathname}-${suffix}`;
  const keyPrefix = `test-${suffix}:`;
  return {
    keyPrefix,
    mongoUrl: url.href,
    engine: (clock) =>
      createMongoRedisEngine({
        mongoUrl: url.href,
        redisUrl,
        keyPrefix,
        clock,
        log: silentLog,
        answerMs: 20_000,
      }),
    dump: async () => (await dumpMongo(url.href)) + (await dumpRedis(redisUrl, keyPrefix)),
    remove: () => dropDatabase({ mongoUrl: url.href, redisUrl, keyPrefix }),
  };
}

export async function dumpMongo(url: string): Promise<string> {
  const connection = await new Mongoose().createConnection(url).asPromise();
  const texts: string[] = [];
  for (const { name } of await connection.listCollections()) {
    texts.push(JSON.stringify(await connection.collection(name).find().toArray()));
  }
  await connection.close();
  return texts.join('\n');
}

export async function dumpRedis(url: string, keyPrefix: string): Promise<string> {
  const client = new Redis(url);
  const texts: string[] = [];
  for (const key of await client.keys(`${keyPrefix}*`)) {
    const type = await client.type(key);
    if (type === 'hash') texts.push(JSON.stringify(await client.hgetall(key)));
    else if (type === 'zset') texts.push(JSON.stringify(await client.zrange(key, '0', '-1')));
    else if (type === 'set') texts.push(JSON.stringify(await client.smembers(key)));
    else texts.push(String(await client.get(key)));
    texts.push(key);
  }
  client.disconnect();
  return texts.join('\n');
}
