import { jest } from '@jest/globals';

// Real servers and real hashes under load: nothing asserts on time, this only ends what hangs.
jest.setTimeout(180_000);
