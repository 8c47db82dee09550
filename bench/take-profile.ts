import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchHash, HASHES } from './hashes.ts';
import { generateLoad } from './load/generate-load.ts';
import { createRelyingParty } from './load/relying-party.ts';
import { type ProfileSummary, summarizeProfile } from './profile.ts';
import type { Scenario } from './scenarios.ts';
import { rounded } from './statistics.ts';
import { dropDatabase } from './targets/drop-database.ts';
import { startTarget } from './targets/target-process.ts';
import { type HashSettings, prepareTarget, type Target, type TargetName } from './targets/targets.ts';
import { benchWorld } from './world.ts';

const CONCURRENCY = 8;
const SECONDS = { full: { warmUp: 5, profiled: 4 }, quick: { warmUp: 1, profiled: 1 } };
const BYTES_IN_MIB = 1024 * 1024;

interface ProfileOptions {
  target: TargetName;
  env: Readonly<Record<string, string | undefined>>;
  quick?: boolean;
}

/** Runs one scenario alone on one target and tells where its main thread spent the time. */
export function profileScenario(scenario: Scenario, options: ProfileOptions): Promise<ProfileSummary> {
  const { warmUp, profiled } = options.quick ? SECONDS.quick : SECONDS.full;
  return onTarget(HASHES[scenario.hash], options, async (settings) => {
    const process = await startTarget({ ...settings, probed: true });
    try {
      const party = createRelyingParty(process.issuer, CONCURRENCY);
      const operation = await scenario.prepare(party, CONCURRENCY);
      const load = (seconds: number, minOperations: number) =>
        generateLoad(operation, { seconds, concurrency: CONCURRENCY, minOperations });
      await load(warmUp, options.quick ? 0 : 300);
      await process.startProfile();
      await load(profiled, options.quick ? 0 : 300);
      const profile = await process.stopProfile();
      await party.close();
      return summarizeProfile(profile);
    } finally {
      await process.stop();
    }
  });
}

/** One start on what is there, as for the aim, but with the probe: where its time goes, and what holds memory after it. */
export function profileStart(options: ProfileOptions): Promise<ProfileSummary> {
  return onTarget(HASHES.default, options, async (settings) => {
    const first = await startTarget({ ...settings, probed: false });
    await first.stop();
    const profiles = join(settings.folder, 'profiles');
    const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
    const second = await startTarget({ ...settings, probed: true, nodeArguments });
    const memory = memoryOf(await second.memory());
    await second.stop();
    const [file] = readdirSync(profiles);
    if (!file) throw new Error('the start left no profile');
    return { ...summarizeProfile(JSON.parse(readFileSync(join(profiles, file), 'utf8'))), memory };
  });
}

async function onTarget<R>(
  hash: HashSettings,
  { target: name, env }: ProfileOptions,
  work: (settings: Target['settings']) => Promise<R>,
): Promise<R> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const target = prepareTarget(name, { folder, world: benchWorld(await benchHash(hash)), hash, env });
  try {
    return await work(target.settings);
  } finally {
    if (target.database) await dropDatabase(target.database);
    rmSync(folder, { recursive: true, force: true });
  }
}

function memoryOf({ rss, heapUsed, heapTotal, external }: NodeJS.MemoryUsage): Record<string, number> {
  const parts = {
    'objects and code of JavaScript': heapUsed,
    'heap kept for more': heapTotal - heapUsed,
    'buffers outside of the heap': external,
    'Node.js itself, its libraries and threads': rss - heapTotal - external,
  };
  return Object.fromEntries(
    Object.entries(parts).map(([name, bytes]) => [name, rounded(bytes / BYTES_IN_MIB)]),
  );
}
