import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { benchHash, HASHES } from './hashes.ts';
import { measureScenario, type Plan, type RunningTarget, warmUp } from './measure.ts';
import { residentMemory } from './process-cpu.ts';
import type { BenchResult, Measurement, ProcessFigures } from './result.ts';
import { SCENARIOS, type Scenario, scenarioById } from './scenarios.ts';
import { median, rounded } from './statistics.ts';
import { dropDatabase } from './targets/drop-database.ts';
import { startTarget } from './targets/target-process.ts';
import { prepareTarget, type TargetName } from './targets/targets.ts';
import { benchWorld } from './world.ts';

export interface BenchOptions {
  targets: readonly TargetName[];
  quick: boolean;
  /** Ids of the scenarios to run; all when absent. */
  only?: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Told what is being done. */
  progress(line: string): void;
}

const FULL: Plan = {
  rounds: 7,
  seconds: 1,
  warmUp: { seconds: 1.5, minOperations: 300 },
  firstWarmUp: { seconds: 4, minOperations: 200 },
  concurrency: 8,
};
const QUICK: Plan = {
  rounds: 1,
  seconds: 0.6,
  warmUp: { seconds: 0.3, minOperations: 0 },
  firstWarmUp: { seconds: 1, minOperations: 0 },
  concurrency: 8,
};
const RESTARTS = { full: 3, quick: 1 };
const IDLE_AFTER_MS = 1_500;

/** Runs everything and ends all that it started, also when something fails. */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const plan = options.quick ? QUICK : FULL;
  const startedAt = new Date().toISOString();
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const processes: ProcessFigures[] = [];
  const measurements: Measurement[] = [];
  try {
    for (const hash of ['default', 'near-free'] as const) {
      const scenarios = SCENARIOS.filter(
        ({ id, hash: needed }) => needed === hash && (options.only?.includes(id) ?? true),
      );
      if (scenarios.length === 0) continue;
      const found = await runPhase(scenarios, hash, join(folder, hash), plan, options);
      measurements.push(...found.measurements);
      if (hash === 'default') processes.push(...found.processes);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    startedAt,
    quick: options.quick,
    machine: machine(),
    rounds: plan.rounds,
    secondsPerRound: plan.seconds,
    concurrency: plan.concurrency,
    processes,
    measurements,
  };
}

async function runPhase(
  scenarios: readonly Scenario[],
  hashName: Scenario['hash'],
  folder: string,
  plan: Plan,
  { targets: names, quick, env, progress }: BenchOptions,
) {
  const hash = HASHES[hashName];
  const world = benchWorld(await benchHash(hash));
  mkdirSync(folder, { recursive: true });
  const targets = names.map((name) => prepareTarget(name, { folder: join(folder, name), world, hash, env }));
  const started: RunningTarget[] = [];
  const measurements: Measurement[] = [];
  const processes: ProcessFigures[] = [];
  try {
    for (const target of targets) {
      const process = await startTarget({ ...target.settings, probed: true });
      started.push({ ...target, process, loadedMiB: 0 });
    }
    progress('warming up');
    await warmUp(scenarioById('log-in'), started, plan);
    for (const scenario of scenarios) {
      progress(scenario.title);
      measurements.push(...(await measureScenario(scenario, started, plan)));
    }
    for (const target of started) {
      await target.process.stop();
      if (hashName !== 'default') continue;
      progress(`cold starts of ${target.name}`);
      processes.push(await figuresOf(target, quick ? RESTARTS.quick : RESTARTS.full));
    }
  } finally {
    for (const { process } of started) await process.stop();
    for (const { database } of targets) if (database) await dropDatabase(database);
  }
  return { measurements, processes };
}

async function figuresOf(target: RunningTarget, restarts: number): Promise<ProcessFigures> {
  const coldStarts: number[] = [];
  const idle: number[] = [];
  for (let turn = 0; turn < restarts; turn++) {
    const restarted = await startTarget({ ...target.settings, probed: false });
    coldStarts.push(restarted.startedInMs);
    await wait(IDLE_AFTER_MS);
    idle.push(residentMemory(restarted.pid));
    await restarted.stop();
  }
  return {
    target: target.name,
    firstStartMs: rounded(target.process.startedInMs),
    coldStartMs: rounded(median(coldStarts)),
    idleMiB: rounded(median(idle)),
    loadedMiB: rounded(target.loadedMiB),
  };
}

function machine(): BenchResult['machine'] {
  const { version } = createRequire(import.meta.url)('oidc-provider/package.json') as { version: string };
  return { cores: availableParallelism(), node: process.versions.node, oidcProvider: version };
}
