import { existsSync } from 'node:fs';
import { leftOut, NGINX } from './test/support/left-out.js';

export const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/strip-types.js' },
  setupFiles: ['<rootDir>/test/support/realm.js'],
  setupFilesAfterEnv: ['<rootDir>/test/support/jest-timeout.js'],
};

const missing = leftOut();
// In CI nothing is left out silently.
if (process.env.CI && missing.length > 0) throw new Error(`CI wants everything: ${missing.join('; ')}`);

const projects = [
  { ...common, displayName: 'embedded', testMatch: ['<rootDir>/test/!(compose|engines)/**/*.test.ts'] },
];
if (process.env.MONGO_URL && process.env.REDIS_URL) {
  // The topology of docker-compose.yml is nothing without these servers and nginx.
  const onBoth = ['journeys', 'protocol', 'faults', ...(existsSync(NGINX) ? ['compose'] : [])];
  projects.push({
    ...common,
    displayName: 'mongo-redis',
    testMatch: [`<rootDir>/test/{${onBoth.join()}}/**/*.test.ts`],
    setupFiles: [...common.setupFiles, '<rootDir>/test/support/on-mongo-redis.js'],
  });
}

export default {
  projects,
  // Small machines have two cores, and much of a test's time is waiting for servers: for MongoDB's the most.
  maxWorkers: projects.length > 1 ? 3 : 2,
  testSequencer: '<rootDir>/test/support/projects-side-by-side.js',
  reporters: ['default', '<rootDir>/test/support/left-out-reporter.js'],
};
