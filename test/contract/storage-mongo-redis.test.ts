import { createMongoRedisPlace, serversToTest } from './mongo-redis-place.ts';
import { describeStorageContract } from './storage-contract.ts';

const servers = serversToTest();

if (servers) describeStorageContract('MongoDB and Redis', async () => createMongoRedisPlace(servers));
else it.skip('storage contract on MongoDB and Redis (MONGO_URL and REDIS_URL are not set)', () => {});
