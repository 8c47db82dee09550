import { createHash } from 'node:crypto';

/**
 * The storage engine under test: TEST_ENGINE=mongo-redis takes MONGO_URL and REDIS_URL, with a database of its own for
 * each data folder (Redis keys carry its name); otherwise the embedded engine, whatever else is set.
 */
export function engineEnvironment(dataDir: string): Record<string, string> {
  if (process.env['TEST_ENGINE'] !== 'mongo-redis') return {};
  const { MONGO_URL, REDIS_URL } = process.env;
  if (!MONGO_URL || !REDIS_URL) throw new Error('TEST_ENGINE=mongo-redis needs MONGO_URL and REDIS_URL');
  const own = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const mongo = new URL(MONGO_URL);
  mongo.pathname = `${mongo.pathname}-${own}`;
  return {
    MONGO_URL: mongo.href,
    REDIS_URL,
    // The stand-in for MongoDB is slow, and busy with two suites at once; what a silent server leads to is told elsewhere.
    STORAGE_TIMEOUT_SECONDS: '20',
    SECRET_KEYS: `test-only-key-${own}-0123456789-0123456789`,
  };
}
