import { createMongoRedisPlace, serversToTest } from './mongo-redis-place.ts';
import { describeAdapterContract } from './oidc-adapter-contract.ts';

const servers = serversToTest();

if (servers) describeAdapterContract('MongoDB and Redis', async () => createMongoRedisPlace(servers));
else it.skip('adapter contract on MongoDB and Redis (MONGO_URL and REDIS_URL are not set)', () => {});
