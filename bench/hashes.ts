import { hash } from '@node-rs/argon2';
import type { Scenario } from './scenarios.ts';
import type { HashSettings } from './targets/targets.ts';
import { PASSWORD } from './world.ts';

/** Gatehouse's default (OWASP's first choice), and the least that its configuration allows. */
export const HASHES: Readonly<Record<Scenario['hash'], HashSettings>> = {
  default: { memoryKiB: 19_456, timeCost: 2 },
  'near-free': { memoryKiB: 1_024, timeCost: 1 },
};

const ARGON2ID = 2;

/** Everybody's password, encoded. */
export function benchHash({ memoryKiB, timeCost }: HashSettings): Promise<string> {
  return hash(PASSWORD, { algorithm: ARGON2ID, memoryCost: memoryKiB, timeCost, parallelism: 1 });
}
