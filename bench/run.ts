import { parseArgs } from 'node:util';
import { missedScenarios } from './aims.ts';
import { profileScenario } from './profile-scenario.ts';
import type { BenchResult } from './result.ts';
import { saveProfile, saveResult, writeDocument } from './result-files.ts';
import { runBench } from './run-bench.ts';
import { scenarioById } from './scenarios.ts';
import { aimTable, measurementTable, processTable, profileTable, storageCallTable } from './tables.ts';
import { TARGET_NAMES, type TargetName } from './targets/targets.ts';

const USAGE = `npm run bench -- [options]
  --quick              less than a minute, for a first look
  --write              keep the result in bench/results and write docs/performance.md
  --only <operation>   this one alone; may be repeated
  --target <name>      ${TARGET_NAMES.join(', ')}; may be repeated
  --profile <operation>  where the main thread's time goes; with --write it is kept for docs/performance.md`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
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
  const { quick, write, only } = values;
  if (write && (quick || only || chosenTargets().length < TARGET_NAMES.length))
    throw new Error('--write wants a whole run, MongoDB and Redis included');
  for (const id of only ?? []) scenarioById(id);
  const progress = (line: string) => console.error(line);
  const result = await runBench({
    targets: chosenTargets(),
    quick,
    ...(only && { only }),
    env: process.env,
    progress,
  });
  const tables = [measurementTable, processTable, storageCallTable, aimTable];
  console.log(tables.map((one: (result: BenchResult) => string) => one(result)).join('\n\n'));
  if (!write) return;
  saveResult(result);
  // Profiled alone, after the measurement: a profile costs time of its own.
  for (const id of missedScenarios(result)) {
    progress(`profile of ${id}`);
    saveProfile(id, await profileScenario(scenarioById(id), 'embedded', process.env));
  }
  writeDocument(result);
}

async function profile(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const scenario = scenarioById(id);
    const target = chosenTargets(['embedded']).at(-1) ?? 'embedded';
    const summary = await profileScenario(scenario, target, process.env);
    console.log(`${scenario.title}, ${target}\n\n${profileTable(summary)}\n`);
    for (const { name, share } of summary.functions) console.log(`  ${(share * 100).toFixed(1)} %  ${name}`);
    if (values.write && target === 'embedded') saveProfile(id, summary);
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
