import { setTimeout as wait } from 'node:timers/promises';
import { generateLoad, type LoadLimits, type LoadResult } from './load/generate-load.ts';
import { createRelyingParty, type RelyingParty } from './load/relying-party.ts';
import { cpuBetween, readCpu, residentMemory } from './process-cpu.ts';
import type { Measurement } from './result.ts';
import type { Operation, Scenario } from './scenarios.ts';
import { median, percentile, rounded } from './statistics.ts';
import type { TargetProcess } from './targets/target-process.ts';
import type { Target } from './targets/targets.ts';

export interface RunningTarget extends Target {
  process: TargetProcess;
  /** MiB; grows with what is seen. */
  loadedMiB: number;
}

export interface Plan {
  rounds: number;
  seconds: number;
  /** Before the rounds of each scenario, and log-ins before the first: the compiler must have seen the code. */
  warmUp: { seconds: number; minOperations: number };
  firstWarmUp: { seconds: number; minOperations: number };
  concurrency: number;
}

interface Round {
  load: LoadResult;
  cpuMs: number;
  databaseCpuMs: number;
  eventLoopP99Ms: number;
  storageCalls: Record<string, number>;
}

/** On a busy machine a round is longer rather than meaningless. */
const MIN_OPERATIONS = 24;
/** What is done after the answer (audit, queue) belongs to the operation. */
const SETTLE_MS = 150;

/** One scenario on every target, round by round in turn, so that a change of the machine's mood meets all of them. */
export async function measureScenario(
  scenario: Scenario,
  targets: readonly RunningTarget[],
  plan: Plan,
): Promise<Measurement[]> {
  const limits = { seconds: plan.seconds, concurrency: plan.concurrency, minOperations: MIN_OPERATIONS };
  const contestants = await inTurn(targets, async (target) => {
    const party = createRelyingParty(target.process.issuer, plan.concurrency);
    const operation = await scenario.prepare(party, plan.concurrency);
    await generateLoad(operation, { ...plan.warmUp, concurrency: plan.concurrency });
    await wait(SETTLE_MS);
    return { target, party, operation, rounds: [] as Round[] };
  });
  for (let round = 0; round < plan.rounds; round++) {
    // Back and forth, so that nobody always comes first.
    const order = round % 2 === 0 ? contestants : [...contestants].reverse();
    for (const one of order) one.rounds.push(await measureRound(one.target, one.operation, limits));
  }
  await Promise.all(contestants.map(({ party }: { party: RelyingParty }) => party.close()));
  return contestants.map(({ target, rounds }) => summary(scenario, target, rounds));
}

/** Log-ins on each target, one after the other, before anything is measured. */
export async function warmUp(logIns: Scenario, targets: readonly RunningTarget[], plan: Plan): Promise<void> {
  await inTurn(targets, async (target) => {
    const party = createRelyingParty(target.process.issuer, plan.concurrency);
    const operation = await logIns.prepare(party, plan.concurrency);
    await generateLoad(operation, { ...plan.firstWarmUp, concurrency: plan.concurrency });
    await party.close();
  });
}

async function measureRound(target: RunningTarget, operation: Operation, limits: LoadLimits): Promise<Round> {
  await target.process.reset();
  const own = [target.process.pid];
  const before = { own: readCpu(own), databases: readCpu(target.databasePids) };
  const load = await generateLoad(operation, limits);
  const seen = await target.process.read();
  await wait(SETTLE_MS);
  const databaseCpuMs = cpuBetween(before.databases, readCpu(target.databasePids));
  const cpuMs = cpuBetween(before.own, readCpu(own)) + databaseCpuMs;
  target.loadedMiB = Math.max(target.loadedMiB, residentMemory(target.process.pid));
  return { load, cpuMs, databaseCpuMs, eventLoopP99Ms: seen.eventLoop.p99, storageCalls: seen.storageCalls };
}

function summary(scenario: Scenario, target: RunningTarget, rounds: readonly Round[]): Measurement {
  const latencies = rounds.flatMap(({ load }) => load.latencies);
  const perOperation = (figure: (round: Round) => number) =>
    rounds.map((round) => rounded(figure(round) / round.load.operations));
  const cpu = perOperation(({ cpuMs }) => cpuMs);
  return {
    scenario: scenario.id,
    target: target.name,
    operations: latencies.length,
    cpuMs: rounded(median(cpu)),
    databaseCpuMs: rounded(median(perOperation(({ databaseCpuMs }) => databaseCpuMs))),
    rounds: cpu,
    operationsPerSecond: rounded(median(rounds.map(({ load }) => load.operations / load.seconds))),
    p50Ms: rounded(percentile(latencies, 0.5)),
    p99Ms: rounded(percentile(latencies, 0.99)),
    eventLoopP99Ms: rounded(median(rounds.map(({ eventLoopP99Ms }) => eventLoopP99Ms))),
    storageCalls: callsPerOperation(rounds),
  };
}

function callsPerOperation(rounds: readonly Round[]): Record<string, number> {
  const operations = rounds.reduce((sum, { load }) => sum + load.operations, 0);
  const names = new Set(rounds.flatMap(({ storageCalls }) => Object.keys(storageCalls)));
  const entries = [...names].sort().map((name) => {
    const calls = rounds.reduce((sum, { storageCalls }) => sum + (storageCalls[name] ?? 0), 0);
    return [name, Math.round((calls / operations) * 100) / 100] as const;
  });
  // Less than one in fifty operations: timers of the background.
  return Object.fromEntries(entries.filter(([, calls]) => calls >= 0.02));
}

async function inTurn<T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await task(item));
  return results;
}
