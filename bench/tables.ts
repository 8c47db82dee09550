import { judge } from './aims.ts';
import { type Cell, table } from './markdown.ts';
import type { ProfileSummary } from './profile.ts';
import { type BenchResult, cpuRatio } from './result.ts';
import { SCENARIOS } from './scenarios.ts';

/** Medians of all rounds, an operation a row, a target after the other. */
export function measurementTable(result: BenchResult): string {
  const heads = [
    'Operation',
    'Target',
    'CPU ms',
    'of it DB',
    '× bare',
    'per second',
    'p50 ms',
    'p99 ms',
    'Storage calls',
  ];
  const rows = SCENARIOS.flatMap(({ id, title }) =>
    result.measurements
      .filter(({ scenario }) => scenario === id)
      .map((one): Cell[] => [
        title,
        one.target,
        one.cpuMs,
        one.databaseCpuMs || undefined,
        cpuRatio(result, one, { scenario: id, target: 'bare' })?.toFixed(2),
        one.operationsPerSecond,
        one.p50Ms,
        one.p99Ms,
        one.target === 'bare' ? undefined : callsOf(one.storageCalls),
      ]),
  );
  return table(heads, rows);
}

export function processTable({ processes, measurements }: BenchResult): string {
  const heads = [
    'Target',
    'First start ms',
    'Cold start ms',
    'Idle MiB',
    'Loaded MiB',
    'Event-loop delay p99 ms',
  ];
  const rows = processes.map((one) => {
    const logIns = measurements.find(
      ({ scenario, target }) => scenario === 'log-in' && target === one.target,
    );
    return [
      one.target,
      one.firstStartMs,
      one.coldStartMs,
      one.idleMiB,
      one.loadedMiB,
      logIns?.eventLoopP99Ms,
    ];
  });
  return table(heads, rows);
}

export function aimTable(result: BenchResult): string {
  const rows = judge(result).map(({ title, target, aim, found, met }) => [
    title,
    target,
    aim,
    found,
    met ? 'met' : '**missed**',
  ]);
  return table(['Aim', 'Target', 'Aim', 'Found', ''], rows);
}

/** Calls of the storage port that one operation makes on the embedded target, most first. */
export function storageCallTable({ measurements }: BenchResult): string {
  const rows = measurements
    .filter(({ target, storageCalls }) => target === 'embedded' && callsOf(storageCalls) > 0)
    .map(({ scenario, storageCalls }) => [
      SCENARIOS.find(({ id }) => id === scenario)?.title,
      callsOf(storageCalls),
      Object.entries(storageCalls)
        .filter(([, calls]) => calls >= 0.5)
        .sort(([, a], [, b]) => b - a)
        .map(([name, calls]) => (calls > 1 ? `${name} × ${calls}` : name))
        .join(', '),
    ]);
  return table(['Operation', 'Calls', 'Of which'], rows);
}

export function profileTable({ places }: ProfileSummary): string {
  const rows = places.slice(0, 8).map(({ name, share }) => [name, `${(share * 100).toFixed(1)} %`]);
  return table(['Place', 'Own time'], rows);
}

function callsOf(storageCalls: Record<string, number>): number {
  return Math.round(Object.values(storageCalls).reduce((sum, calls) => sum + calls, 0));
}
