import { z } from 'zod';
import { setting, text, urlOf, wholeNumber } from '../setting-kinds.ts';

export const storageSection = z.strictObject({
  dataDir: setting(text(), {
    env: 'DATA_DIR',
    description:
      'Folder of the embedded storage, the generated secret keys and the outbox. ":memory:" keeps nothing.',
    example: './data',
  }),
  mongoUrl: setting(urlOf('mongodb:', 'mongodb+srv:').exactOptional(), {
    env: 'MONGO_URL',
    description: 'MongoDB, for what must last. Together with REDIS_URL it replaces the embedded storage.',
    example: 'mongodb://db.internal:27017/gatehouse',
  }),
  redisUrl: setting(urlOf('redis:', 'rediss:').exactOptional(), {
    env: 'REDIS_URL',
    description: 'Redis, for what lives minutes. Together with MONGO_URL it replaces the embedded storage.',
    example: 'redis://cache.internal:6379/0',
  }),
  timeoutSeconds: setting(wholeNumber(1, 60), {
    env: 'STORAGE_TIMEOUT_SECONDS',
    description:
      'How long one request waits for an answer of MongoDB or Redis, in seconds; then it ends with a 503 that says so. A page may ask several times: keep it well below REQUEST_TIMEOUT_SECONDS.',
    example: '5',
  }),
});

export const auditSection = z.strictObject({
  retentionDays: setting(wholeNumber(30, 3_660), {
    env: 'AUDIT_RETENTION_DAYS',
    description:
      'Days for which the record of security events is kept. Older events are deleted once a day, in batches, and leave "Recent Security Events", too.',
    example: '730',
  }),
  failedTriesDays: setting(wholeNumber(1, 3_660), {
    env: 'AUDIT_FAILED_TRIES_DAYS',
    description:
      'The same for failed tries (wrong passwords and codes), of which anybody may make many: up to 2,880 a day for one account.',
    example: '30',
  }),
});
