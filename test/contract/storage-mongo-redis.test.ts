import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Mongoose } from 'mongoose';
import { silentLog } from '#kernel';
import { createMongoRedisEngine } from '../../src/storage/mongo-redis/index.ts';
import type { Place } from './contract-fixture.ts';
import { describeStorageContract } from './storage-contract.ts';

const mongoUrl = process.env['MONGO_URL'];
const redisUrl = process.env['REDIS_URL'];

if (mongoUrl && redisUrl) {
  describeStorageContract('MongoDB and Redis', async () => createPlace(mongoUrl, redisUrl));
} else if (process.env['CI']) {
  it('finds the servers of the continuous integration', () => {
    throw new Error('MONGO_URL and REDIS_URL must be set: half of the engines would go untested');
  });
} else {
  it.skip('storage contract on MongoDB and Redis (MONGO_URL and REDIS_URL are not set)', () => {});
}

/** A database and a key prefix of its own. */
function createPlace(mongo: string, redis: string): Place {
  const suffix = randomUUID().slice(0, 8);
  const url = new URL(mongo);
  url.pathname = `${url.pathname}-${suffix}`;
  const keyPrefix = `test-${suffix}:`;
  return {
    engine: (clock) =>
      createMongoRedisEngine({ mongoUrl: url.href, redisUrl: redis, keyPrefix, clock, log: silentLog }),
    dump: async () => (await dumpMongo(url.href)) + (await dumpRedis(redis, keyPrefix)),
    async remove() {
      const connection = await new Mongoose().createConnection(url.href).asPromise();
      await connection.dropDatabase();
      await connection.close();
      const client = new Redis(redis);
      const keys = await client.keys(`${keyPrefix}*`);
      if (keys.length > 0) await client.del(...keys);
      client.disconnect();
    },
  };
}

async function dumpMongo(url: string): Promise<string> {
  const connection = await new Mongoose().createConnection(url).asPromise();
  const texts: string[] = [];
  for (const { name } of await connection.listCollections()) {
    texts.push(JSON.stringify(await connection.collection(name).find().toArray()));
  }
  await connection.close();
  return texts.join('\n');
}

async function dumpRedis(url: string, keyPrefix: string): Promise<string> {
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
