import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { Database } from './targets.ts';

/** Leaves the servers as they were found. */
export async function dropDatabase({ mongoUrl, redisUrl, keyPrefix }: Database): Promise<void> {
  const connection = await mongoose.createConnection(mongoUrl).asPromise();
  await connection.dropDatabase();
  await connection.close();
  const redis = new Redis(redisUrl);
  for await (const keys of redis.scanStream({ match: `${keyPrefix}*`, count: 1000 })) {
    if (keys.length > 0) await redis.unlink(...(keys as string[]));
  }
  await redis.quit();
}
