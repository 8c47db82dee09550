import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchHash, HASHES } from './hashes.ts';
import { generateLoad } from './load/generate-load.ts';
import { createRelyingParty } from './load/relying-party.ts';
import { type ProfileSummary, summarizeProfile } from './profile.ts';
import type { Scenario } from './scenarios.ts';
import { dropDatabase } from './targets/drop-database.ts';
import { startTarget } from './targets/target-process.ts';
import { prepareTarget, type TargetName } from './targets/targets.ts';
import { benchWorld } from './world.ts';

const CONCURRENCY = 8;
const WARM_UP_SECONDS = 5;
const SECONDS = 4;

/** Runs one scenario alone on one target and tells where its main thread spent the time. */
export async function profileScenario(
  scenario: Scenario,
  name: TargetName,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProfileSummary> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const hash = HASHES[scenario.hash];
  const target = prepareTarget(name, { folder, world: benchWorld(await benchHash(hash)), hash, env });
  try {
    const process = await startTarget({ ...target.settings, probed: true });
    try {
      const party = createRelyingParty(process.issuer, CONCURRENCY);
      const operation = await scenario.prepare(party, CONCURRENCY);
      const load = (seconds: number) =>
        generateLoad(operation, { seconds, concurrency: CONCURRENCY, minOperations: 300 });
      await load(WARM_UP_SECONDS);
      await process.startProfile();
      await load(SECONDS);
      const profile = await process.stopProfile();
      await party.close();
      return summarizeProfile(profile);
    } finally {
      await process.stop();
    }
  } finally {
    if (target.database) await dropDatabase(target.database);
    rmSync(folder, { recursive: true, force: true });
  }
}
