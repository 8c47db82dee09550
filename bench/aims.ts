import { type BenchResult, cpuRatio, measurementOf } from './result.ts';
import { rounded } from './statistics.ts';
import type { TargetName } from './targets/targets.ts';

export interface JudgedAim {
  title: string;
  target: TargetName;
  /** What a profile is taken of when it is missed: the scenario, or the start. */
  profiled: string;
  /** As text, with unit. */
  aim: string;
  found: string;
  /** Least and most of the rounds, where it was found round by round. */
  spread?: string;
  met: boolean;
}

interface RatioAim {
  scenario: string;
  /** The bare library's scenario that counts as one. */
  against: string;
  title: string;
  embedded: number;
}

const RATIOS: readonly RatioAim[] = [
  { scenario: 'token-es256', against: 'token-rs256', title: 'Token by ES256, against RS256', embedded: 1 },
  { scenario: 'token-rs256', against: 'token-rs256', title: 'Token by RS256', embedded: 1.3 },
  { scenario: 'refresh', against: 'refresh', title: 'Refresh', embedded: 1.5 },
  { scenario: 'log-in', against: 'log-in', title: 'Log-in with the default hash', embedded: 1.3 },
  { scenario: 'log-in-again', against: 'log-in-again', title: 'Log-in with a live session', embedded: 1.5 },
  { scenario: 'userinfo', against: 'userinfo', title: 'Userinfo', embedded: 1.3 },
  { scenario: 'introspection', against: 'introspection', title: 'Introspection', embedded: 1.3 },
];
/** With the databases' CPU counted. */
const MONGO_REDIS_RATIO = 2.5;

const COLD_START_MS = 1_000;
const IDLE_MIB = 130;
const EVENT_LOOP_P99_MS = 30;

/** In place of a scenario: from the spawn of the process to its first answer. */
export const START = 'start';

export const missedAims = (result: BenchResult): JudgedAim[] => judge(result).filter(({ met }) => !met);

/** Every aim of which the result tells something. */
export function judge(result: BenchResult): JudgedAim[] {
  const targets = (['embedded', 'mongo-redis'] as const).filter((name) =>
    result.measurements.some(({ target }) => target === name),
  );
  return targets.flatMap((target) => [...ratioAims(result, target), ...processAims(result, target)]);
}

function ratioAims(result: BenchResult, target: 'embedded' | 'mongo-redis'): JudgedAim[] {
  return RATIOS.flatMap(({ scenario, against, title, embedded }) => {
    const found = cpuRatio(result, { scenario, target }, { scenario: against, target: 'bare' });
    if (found === undefined) return [];
    const limit = target === 'embedded' ? embedded : MONGO_REDIS_RATIO;
    const { median, least, most } = found;
    const texts = { aim: `≤ ${limit.toFixed(1)} × bare`, found: `${median.toFixed(2)} × bare` };
    const spread = `${least.toFixed(2)}–${most.toFixed(2)}`;
    return [{ title, target, profiled: scenario, ...texts, spread, met: median <= limit }];
  });
}

function processAims(result: BenchResult, target: TargetName): JudgedAim[] {
  const figures = result.processes.find((one) => one.target === target);
  const delay = measurementOf(result, 'log-in', target)?.eventLoopP99Ms;
  const below = (
    title: string,
    profiled: string,
    found: number | undefined,
    limit: number,
    unit: string,
  ): JudgedAim[] =>
    found === undefined
      ? []
      : [
          {
            title,
            target,
            profiled,
            aim: `< ${limit} ${unit}`,
            found: `${rounded(found)} ${unit}`,
            met: found < limit,
          },
        ];
  return [
    ...below('Cold start', START, figures?.coldStartMs, COLD_START_MS, 'ms'),
    ...below('Memory when idle', START, figures?.idleMiB, IDLE_MIB, 'MiB'),
    ...below('Event-loop delay, p99, while people log in', 'log-in', delay, EVENT_LOOP_P99_MS, 'ms'),
  ];
}
