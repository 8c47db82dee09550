import { judge } from './aims.ts';
import { type Cell, table } from './markdown.ts';
import type { ProfileSummary } from './profile.ts';
import { type BenchResult, cpuRatio, measurementOf, type Ratio } from './result.ts';
import { SCENARIOS } from './scenarios.ts';
import { TARGET_NAMES, type TargetName } from './targets/targets.ts';

/** Medians of all rounds, an operation a row, a target after the other. */
export function measurementTable(result: BenchResult): string {
  const heads = [
    'Operation',
    'Target',
    'CPU ms',
    'of it DB',
    '× bare (rounds)',
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
        one.target === 'bare'
          ? undefined
          : ratioText(cpuRatio(result, one, { scenario: id, target: 'bare' })),
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

/** `before`: an earlier result to compare with. */
export function aimTable(result: BenchResult, before?: BenchResult): string {
  const former = before ? judge(before) : [];
  const rows = judge(result).map(({ title, target, aim, found, spread, met }) => [
    title,
    target,
    aim,
    ...(before ? [former.find((one) => one.title === title && one.target === target)?.found] : []),
    found,
    spread,
    met ? 'met' : '**missed**',
  ]);
  const heads = before ? [`On ${before.startedAt.slice(0, 10)}`, 'Now'] : ['Found'];
  return table(['Aim', 'Target', 'Limit', ...heads, 'Rounds', ''], rows);
}

/** Figures of others for the same work, in multiples of the bare library's CPU, as measured elsewhere; not by this bench. */
export function othersTable(result: BenchResult): string {
  const others = [
    { name: 'Keycloak 26.7, PostgreSQL', ratios: [8, 6, 7, 7] },
    { name: 'Logto 1.42', ratios: [14, 15, 13, 21] },
  ];
  const ours = (target: TargetName) =>
    OTHERS_DO.map((scenario) =>
      cpuRatio(result, { scenario, target }, { scenario, target: 'bare' })?.median.toFixed(2),
    );
  const targets = TARGET_NAMES.filter((name) => result.measurements.some(({ target }) => target === name));
  const rows: Cell[][] = targets
    .filter((name) => name !== 'bare')
    .map((name) => [`Gatehouse, ${name}`, ...ours(name)]);
  for (const { name, ratios } of others) rows.push([name, ...ratios]);
  return table(['Server', 'Token', 'Refresh', 'Log-in with a live session', 'Log-in'], rows);
}

const OTHERS_DO = ['token-rs256', 'refresh', 'log-in-again', 'log-in'];

/** Calls of the storage port that one operation makes on the embedded target, most first. */
export function storageCallTable({ measurements }: BenchResult, before?: BenchResult): string {
  const former = (scenario: string) => {
    const calls = before && measurementOf(before, scenario, 'embedded')?.storageCalls;
    return calls && callsOf(calls);
  };
  const rows = measurements
    .filter(({ target, storageCalls }) => target === 'embedded' && callsOf(storageCalls) > 0)
    .map(({ scenario, storageCalls }) => [
      SCENARIOS.find(({ id }) => id === scenario)?.title,
      ...(before ? [former(scenario)] : []),
      callsOf(storageCalls),
      Object.entries(storageCalls)
        .filter(([, calls]) => calls >= 0.5)
        .sort(([, a], [, b]) => b - a)
        .map(([name, calls]) => (calls > 1 ? `${name} × ${calls}` : name))
        .join(', '),
    ]);
  const heads = before ? [`On ${before.startedAt.slice(0, 10)}`, 'Now'] : ['Calls'];
  return table(['Operation', ...heads, 'Of which'], rows);
}

export function profileTable({ places, functions }: ProfileSummary): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const rows = places
    .slice(0, 8)
    .map(({ name, share }, line) => [
      name,
      percent(share),
      functions[line]?.name,
      functions[line] && percent(functions[line].share),
    ]);
  return table(['Place', 'Own time', 'Function', 'Own time'], rows);
}

function ratioText(ratio: Ratio | undefined): string | undefined {
  return ratio && `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})`;
}

function callsOf(storageCalls: Record<string, number>): number {
  return Math.round(Object.values(storageCalls).reduce((sum, calls) => sum + calls, 0));
}
