import { randomUUID } from 'node:crypto';
import type { Clock, Log } from '#kernel';
import type { Engine, Layout } from '../engine.ts';
import { createMongoEmissions } from './mongo-emissions.ts';
import { createMongoStore } from './mongo-store.ts';
import { createMongoTable } from './mongo-table.ts';
import { createRedisStore } from './redis-store.ts';
import { createService } from './service.ts';

export interface MongoRedisOptions {
  /** The path names the database. */
  mongoUrl: string;
  redisUrl: string;
  clock: Clock;
  log: Log;
  /** Begins every Redis key and channel; 'gatehouse:' when absent. */
  keyPrefix?: string;
  /** How long a request may wait for its server's answer, in milliseconds. */
  answerMs: number;
}

/** The engine for several nodes: durable collections in MongoDB, volatile ones and change notices in Redis. */
export function createMongoRedisEngine(options: MongoRedisOptions): Engine {
  const { mongoUrl, redisUrl, log, keyPrefix = 'gatehouse:', answerMs } = options;
  const mongoService = createService('MongoDB', mongoUrl, answerMs);
  const redisService = createService('Redis', redisUrl, answerMs);
  const mongo = createMongoStore(mongoUrl, mongoService);
  const redis = createRedisStore({
    url: redisUrl,
    keyPrefix,
    service: redisService,
    origin: randomUUID(),
    log,
  });
  const layouts: Layout[] = [];
  const ofDurability = (durability: Layout['durability']) =>
    layouts.filter((one) => one.durability === durability);

  return {
    name: `${mongoService.name} and ${redisService.name}`,
    caches: () => true,
    table(layout) {
      layouts.push(layout);
      if (layout.durability === 'volatile') return redis.table(layout);
      return createMongoTable(layout, {
        service: mongoService,
        rows: () => mongo.rows(layout.name),
        writeSoon: (one) => mongo.write(layout.name, one),
        told: (key, results) => redis.told(layout.name, key, results),
        announce: (key, isNew) => redis.announce(layout.name, key, isNew),
      });
    },
    async open() {
      const inMongo = await mongo.open(ofDurability('durable'));
      try {
        return [...inMongo, ...(await redis.open(ofDurability('volatile')))];
      } catch (error) {
        await mongo.close();
        throw error;
      }
    },
    async rebuilt(collection) {
      const layout = layouts.find(({ name }) => name === collection) as Layout;
      await (layout.durability === 'durable' ? mongo : redis).rebuilt(layout);
    },
    async close() {
      await redis.close();
      await mongo.close();
    },
    async check() {
      await Promise.all([mongo.check(), redis.check()]);
    },
    emissions: createMongoEmissions(mongoService, mongo.rowsByCollection),
    changes: redis.changes,
  };
}
