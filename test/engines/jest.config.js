import { common } from '../../jest.config.js';

/** Apart from `npm test`, which asks for Node.js and npm alone, and on CI for one browser. */
export default {
  ...common,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/engines/**/*.test.ts'],
  maxWorkers: 1,
  reporters: ['default', '<rootDir>/test/support/engines-reporter.js'],
  verbose: true,
};
