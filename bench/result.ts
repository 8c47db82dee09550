import { median } from './statistics.ts';
import type { TargetName } from './targets/targets.ts';

/** What one run found, as it is kept in bench/results. */
export interface BenchResult {
  /** ISO date and time. */
  startedAt: string;
  /** Fewer and shorter rounds: good for trying out, not for conclusions. */
  quick: boolean;
  machine: { cores: number; node: string; oidcProvider: string };
  rounds: number;
  secondsPerRound: number;
  concurrency: number;
  processes: ProcessFigures[];
  measurements: Measurement[];
}

export interface ProcessFigures {
  target: TargetName;
  /** With an empty store: keys are made, the bootstrap file is applied. Milliseconds from the spawn to the first answer. */
  firstStartMs: number;
  /** On what is there; the median of some. */
  coldStartMs: number;
  idleMiB: number;
  /** The most that was seen after a round. */
  loadedMiB: number;
}

/** One scenario on one target: medians of its rounds. */
export interface Measurement {
  scenario: string;
  target: TargetName;
  operations: number;
  /** Of the target's whole process tree and its databases, for one operation. */
  cpuMs: number;
  /** Of `cpuMs`, what the databases took. */
  databaseCpuMs: number;
  /** `cpuMs` of each round: how far they lie apart tells how quiet the machine was. */
  rounds: number[];
  operationsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  eventLoopP99Ms: number;
  /** Calls of the storage port for one operation, by collection and verb. */
  storageCalls: Record<string, number>;
}

export function measurementOf(
  { measurements }: BenchResult,
  scenario: string,
  target: TargetName,
): Measurement | undefined {
  return measurements.find((one) => one.scenario === scenario && one.target === target);
}

/** A ratio found anew in each round. */
export interface Ratio {
  median: number;
  least: number;
  most: number;
}

/**
 * CPU of one operation in multiples of another's, round by round: targets are measured in turn, so that what slows a round
 * down slows both. Undefined when one of them was not measured.
 */
export function cpuRatio(
  result: BenchResult,
  of: { scenario: string; target: TargetName },
  to: { scenario: string; target: TargetName },
): Ratio | undefined {
  const measured = measurementOf(result, of.scenario, of.target)?.rounds;
  const reference = measurementOf(result, to.scenario, to.target)?.rounds;
  if (!measured || !reference) return undefined;
  const ratios = measured.map((cpuMs, round) => cpuMs / (reference[round] ?? Number.NaN));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
