/**
 * storage/mongo-redis: durable collections in MongoDB (mongoose), volatile ones and change notices in Redis (ioredis).
 * Owns both connections, their indexes, scripts and emissions.
 * Leaves sealing, validation, migrations and retries to what all engines share.
 */
export { createMongoRedisEngine, type MongoRedisOptions } from './mongo-redis-engine.ts';
