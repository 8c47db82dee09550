import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CleanUps, createCleanUps } from './clean-ups.ts';
import { faultsDocument } from './report/document.ts';
import type { FaultsResult, ScenarioResult } from './report/result.ts';
import { closingText, scenarioText, tally } from './report/summary.ts';
import { runScenario } from './run-scenario.ts';
import { diskFullLeftOut, SCENARIOS, type Scenario } from './scenarios.ts';
import { servicesScript } from './system/services.ts';

const USAGE = `npm run faults -- [options]
  --short            a minute and a half, as CI runs it
  --only <scenario>  this one alone; may be repeated
  --seed <number>    of the workload's choices; 1 when absent
  --out <folder>     where histories and summary go; faults/out when absent
  --keep             keep the summary in faults/results and, of a whole run, write docs/faults.md`;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: fileURLToPath(new URL('./out', import.meta.url)) },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const running = new Set<CleanUps>();
const endEverything = () => Promise.all([...running].map((one) => one.run()));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void endEverything().then(() => process.exit(130)));
}

if (values.help) console.log(USAGE);
else process.exitCode = await main().finally(endEverything);

async function main(): Promise<number> {
  const form = values.short ? 'short' : 'full';
  const leftOut: string[] = [];
  const chosen = chosenScenarios(SCENARIOS[form], leftOut);
  mkdirSync(values.out, { recursive: true });
  const result: FaultsResult = {
    startedAt: new Date().toISOString(),
    form,
    seed: Number(values.seed),
    machine: { cores: availableParallelism(), node: process.versions.node },
    scenarios: [],
    leftOut,
  };
  // What waits for outages most of the time is done at once where time counts.
  if (values.short) result.scenarios.push(...(await Promise.all(chosen.map((one) => run(one, result.seed)))));
  else for (const one of chosen) result.scenarios.push(await run(one, result.seed));
  writeFileSync(join(values.out, 'summary.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  if (values.keep) {
    const name = `${result.startedAt.slice(0, 10)}-${values.only ? 'part' : form}.json`;
    const path = fileURLToPath(new URL(`./results/${name}`, import.meta.url));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`);
    const page = fileURLToPath(new URL('../docs/faults.md', import.meta.url));
    if (form === 'full' && !values.only) writeFileSync(page, faultsDocument(result));
  }
  console.log(closingText(result));
  const { failed, empty } = tally(result);
  const isComplete = leftOut.length === 0 || !process.env['CI'];
  return failed === 0 && (empty.length === 0 || Boolean(values.only)) && isComplete ? 0 : 1;
}

async function run(scenario: Scenario, seed: number): Promise<ScenarioResult> {
  const cleanUps = createCleanUps();
  running.add(cleanUps);
  console.error(scenario.title);
  try {
    const result = await runScenario({
      scenario,
      seed,
      historyFile: join(values.out, `${scenario.id}.jsonl`),
      servicesScript: servicesScript(),
      cleanUps,
      progress: (line) => console.error(line),
    });
    console.log(scenarioText(result));
    return result;
  } catch (error) {
    console.error(error);
    const finding = { property: 'the run comes to its end', checked: 1, violations: [String(error)] };
    const { id, title } = scenario;
    return { id, title, seconds: 0, counts: {}, faults: [], findings: [finding] };
  } finally {
    await cleanUps.run();
    running.delete(cleanUps);
  }
}

function chosenScenarios(all: readonly Scenario[], leftOut: string[]): readonly Scenario[] {
  const asked = values.only ? all.filter(({ id }) => values.only?.includes(id)) : all;
  const unknown = values.only?.find((id) => !all.some((one) => one.id === id));
  if (unknown) throw new Error(`no scenario ${unknown}; there are: ${all.map(({ id }) => id).join(', ')}`);
  const noDisk = asked.some(({ onSmallDisk }) => onSmallDisk) ? diskFullLeftOut() : undefined;
  if (noDisk) leftOut.push(noDisk);
  if (servicesScript()) return asked;
  const without = asked.filter(({ engine }) => engine === 'mongo-redis');
  if (without.length > 0)
    leftOut.push(
      `${without.map(({ id }) => id).join(', ')}: no script that starts MongoDB and Redis (SERVICES_UP)`,
    );
  return asked.filter(({ engine }) => engine === 'embedded');
}
