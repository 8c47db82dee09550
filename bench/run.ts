import { parseArgs } from 'node:util';
import { START } from './aims.ts';
import type { ProfileSummary } from './profile.ts';
import type { BenchResult } from './result.ts';
import { createResultFiles, OFFICIAL, type ResultFiles, trialPlace } from './result-files.ts';
import { runBench } from './run-bench.ts';
import { scenarioById } from './scenarios.ts';
import { aimTable, measurementTable, processTable, profileTable, storageCallTable } from './tables.ts';
import { profileScenario, profileStart } from './take-profile.ts';
import { TARGET_NAMES, type TargetName } from './targets/targets.ts';
import { profileName, wantedProfiles } from './why-missed.ts';

const USAGE = `npm run bench -- [options]
  --quick              less than a minute, for a first look
  --write              keep the result in bench/results and write docs/performance.md
  --trial <folder>     all that --write does, in few and short rounds, into a folder of yours
  --only <operation>   this one alone; may be repeated
  --target <name>      ${TARGET_NAMES.join(', ')}; may be repeated
  --profile <operation>  where the main thread's time goes, also of '${START}'; with --write it is kept for docs/performance.md`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    trial: { type: 'string' },
    only: { type: 'string', multiple: true },
    target: { type: 'string', multiple: true },
    profile: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else if (values.profile) await profile(values.profile);
else await bench();

async function bench(): Promise<void> {
  const { write, only, trial } = values;
  const quick = values.quick || trial !== undefined;
  if (write && (quick || only || chosenTargets().length < TARGET_NAMES.length))
    throw new Error('--write wants a whole run, MongoDB and Redis included');
  for (const id of only ?? []) scenarioById(id);
  // Before the run: a folder that can't be written to should not cost one.
  const files = createResultFiles(trial === undefined ? OFFICIAL : trialPlace(trial));
  const result = await runBench({
    targets: chosenTargets(),
    quick,
    ...(only && { only }),
    env: process.env,
    progress,
  });
  const tables = [measurementTable, processTable, storageCallTable, aimTable];
  console.log(tables.map((one: (result: BenchResult) => string) => one(result)).join('\n\n'));
  if (write || trial !== undefined) await publish(result, files);
}

/** Keeps the result and writes the page, with a profile of whatever misses its aim. */
async function publish(result: BenchResult, files: ResultFiles): Promise<void> {
  files.saveResult(result);
  // Profiled alone, after the measurement: a profile costs time of its own.
  for (const wanted of wantedProfiles(result)) {
    const name = profileName(wanted);
    progress(`profile of ${name}`);
    try {
      files.saveProfile(name, await takeProfile(wanted.profiled, wanted.target, result.quick));
    } catch (error) {
      // What was measured is worth more than one profile; the page says that it is missing.
      progress(`no profile of ${name}: ${error}`);
    }
  }
  files.writeDocument(result);
}

function progress(line: string): void {
  console.error(line);
}

function takeProfile(id: string, target: TargetName, quick = false): Promise<ProfileSummary> {
  const options = { target, env: process.env, quick };
  return id === START ? profileStart(options) : profileScenario(scenarioById(id), options);
}

async function profile(ids: readonly string[]): Promise<void> {
  const target = chosenTargets(['embedded']).at(-1) ?? 'embedded';
  for (const id of ids) {
    const title = id === START ? 'Start' : scenarioById(id).title;
    const summary = await takeProfile(id, target);
    console.log(`${title}, ${target}\n\n${profileTable(summary)}\n`);
    for (const { name, share } of summary.functions) console.log(`  ${(share * 100).toFixed(1)} %  ${name}`);
    if (values.write) createResultFiles(OFFICIAL).saveProfile(profileName({ profiled: id, target }), summary);
  }
}

function chosenTargets(otherwise?: readonly TargetName[]): readonly TargetName[] {
  const hasServices = Boolean(process.env['MONGO_URL'] && process.env['REDIS_URL']);
  const available = TARGET_NAMES.filter((name) => name !== 'mongo-redis' || hasServices);
  const asked = values.target;
  if (!asked) return otherwise ?? available;
  const unknown = asked.find((name) => !available.some((one) => one === name));
  if (unknown) throw new Error(`no target ${unknown}; there are: ${available.join(', ')}`);
  return available.filter((name) => asked.includes(name));
}
