import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from '../../bench/aims.ts';
import { performanceDocument } from '../../bench/document.ts';
import { credentialForm } from '../../bench/load/visitor.ts';
import { table } from '../../bench/markdown.ts';
import { cpuBetween, readCpu, residentMemory } from '../../bench/process-cpu.ts';
import { placeOf, summarizeProfile } from '../../bench/profile.ts';
import { type BenchResult, cpuRatio, type Measurement } from '../../bench/result.ts';
import { median, percentile, rounded } from '../../bench/statistics.ts';
import { profileName, wantedProfiles, whyMissed } from '../../bench/why-missed.ts';

describe('statistics of the bench', () => {
  it('takes percentiles by the nearest rank', () => {
    const values = [5, 1, 4, 2, 3];
    expect([0, 0.5, 0.8, 0.81, 1].map((share) => percentile(values, share))).toEqual([1, 3, 4, 5, 5]);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('takes the middle of odd and even numbers of values', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it('keeps three significant digits', () => {
    expect([1234.5, 0.012345, 99.96].map(rounded)).toEqual([1230, 0.0123, 100]);
  });

  it('writes a table with a dash for what is missing', () => {
    expect(
      table(
        ['Name', 'ms'],
        [
          ['a', 1],
          ['b', undefined],
        ],
      ),
    ).toBe('| Name | ms |\n| --- | ---: |\n| a | 1 |\n| b | – |');
  });
});

describe('CPU of a process tree', () => {
  let proc: string;
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'proc-'));
  });
  afterEach(() => rmSync(proc, { recursive: true, force: true }));

  /** A process as /proc shows it; `threads`: nanoseconds by thread id. */
  function process(pid: number, parent: number, threads: Record<number, number>): void {
    mkdirSync(join(proc, `${pid}`), { recursive: true });
    writeFileSync(join(proc, `${pid}/stat`), `${pid} (a name) b) S ${parent} 1 1`);
    for (const [tid, nanoseconds] of Object.entries(threads)) {
      mkdirSync(join(proc, `${pid}/task/${tid}`), { recursive: true });
      writeFileSync(join(proc, `${pid}/task/${tid}/schedstat`), `${nanoseconds} 7 9\n`);
    }
  }

  it('counts the threads of all descendants and of nobody else', () => {
    process(10, 1, { 10: 5_000_000, 11: 1_000_000 });
    process(20, 10, { 20: 2_000_000 });
    process(30, 20, { 30: 4_000_000 });
    process(40, 1, { 40: 99_000_000 });
    const before = readCpu([10], proc);
    expect(cpuBetween(new Map(), before)).toBe(12);
    process(10, 1, { 10: 6_000_000 });
    process(50, 10, { 50: 3_000_000 });
    expect(cpuBetween(before, readCpu([10], proc))).toBe(4);
  });

  it('does without a process that has gone, and reads ticks where nothing finer is told', () => {
    mkdirSync(join(proc, '10/task/10'), { recursive: true });
    const ticks = '10 (node) S 1 1 1 0 -1 0 0 0 0 0 250 50 0 0';
    writeFileSync(join(proc, '10/stat'), ticks);
    writeFileSync(join(proc, '10/task/10/stat'), ticks);
    expect([...readCpu([10, 99], proc)]).toEqual([['10/10', 3000]]);
  });

  it('reads resident memory', () => {
    mkdirSync(join(proc, '10'));
    writeFileSync(join(proc, '10/status'), 'Name:\tnode\nVmRSS:\t  131072 kB\n');
    expect(residentMemory(10, proc)).toBe(128);
  });
});

describe('verdicts of the bench', () => {
  const measured = (scenario: string, target: 'bare' | 'embedded', cpuMs: number): Measurement => ({
    scenario,
    target,
    cpuMs,
    operations: 1,
    databaseCpuMs: 0,
    rounds: [cpuMs],
    operationsPerSecond: 1,
    p50Ms: 1,
    p99Ms: 1,
    eventLoopP99Ms: 31,
    storageCalls: {},
  });
  const result: BenchResult = {
    startedAt: '2026-01-01T00:00:00Z',
    quick: false,
    machine: { cores: 2, node: '24.0.0', oidcProvider: '9.0.0' },
    rounds: 1,
    secondsPerRound: 1,
    concurrency: 1,
    processes: [{ target: 'embedded', firstStartMs: 1, coldStartMs: 999, idleMiB: 130, loadedMiB: 1 }],
    measurements: [
      measured('token-rs256', 'bare', 1),
      measured('token-es256', 'bare', 0.1),
      measured('token-es256', 'embedded', 0.9),
      measured('log-in', 'bare', 10),
      measured('log-in', 'embedded', 13.1),
    ],
  };

  it('holds each aim against its own reference and says nothing of what was not measured', () => {
    expect(judge(result).map(({ title, found, met }) => [title, found, met])).toEqual([
      ['Token by ES256, against RS256', '0.90 × bare', true],
      ['Log-in with the default hash', '1.31 × bare', false],
      ['Cold start', '999 ms', true],
      ['Memory when idle', '130 MiB', false],
      ['Event-loop delay, p99, while people log in', '31 ms', false],
    ]);
  });
});

describe('what one run tells', () => {
  const measured = (scenario: string, target: 'bare' | 'embedded', rounds: number[]): Measurement => ({
    scenario,
    target,
    rounds,
    cpuMs: median(rounds),
    operations: 1,
    databaseCpuMs: 0,
    operationsPerSecond: 1,
    p50Ms: 1,
    p99Ms: 1,
    eventLoopP99Ms: 1,
    storageCalls: target === 'embedded' ? { 'clients get': 2, 'oidc-grant get': 1 } : {},
  });
  const run = (startedAt: string, embedded: number[]): BenchResult => ({
    startedAt,
    quick: false,
    machine: { cores: 2, node: '24.0.0', oidcProvider: '9.0.0' },
    rounds: embedded.length,
    secondsPerRound: 1,
    concurrency: 1,
    processes: [],
    measurements: [measured('refresh', 'bare', [1, 2, 4]), measured('refresh', 'embedded', embedded)],
  });
  const now = run('2026-02-01T00:00:00Z', [3, 4, 8]);

  it('a ratio is found round by round, whatever the machine did in between', () => {
    const to = { scenario: 'refresh', target: 'bare' } as const;
    expect(cpuRatio(now, { scenario: 'refresh', target: 'embedded' }, to)).toEqual({
      median: 2,
      least: 2,
      most: 3,
    });
    expect(cpuRatio(now, { scenario: 'jwks', target: 'embedded' }, to)).toBeUndefined();
  });

  it('the page tells before and after, the spread, others, and where the time goes that misses an aim', () => {
    const place = { name: 'src/storage', share: 0.25 };
    const page = performanceDocument({
      result: now,
      before: run('2026-01-01T00:00:00Z', [5, 10, 20]),
      profiles: {
        'refresh on embedded': { places: [place], functions: [{ name: 'get src/storage', share: 0.125 }] },
      },
    });
    expect(page).toContain('| Aim | Target | Limit | On 2026-01-01 | Now | Rounds |');
    expect(page).toContain(
      '| Refresh | embedded | ≤ 1.5 × bare | 5.00 × bare | 2.00 × bare | 2.00–3.00 | **missed** |',
    );
    expect(page).toContain('| Gatehouse, embedded | – | 2.00 | – | – |');
    expect(page).toContain('| Keycloak 26.7, PostgreSQL | 8 | 6 | 7 | 7 |');
    expect(page).toContain('| src/storage | 25.0 % | get src/storage | 12.5 % |');
    expect(page).toContain('| Refresh, rotating | 3 | 3 | clients get × 2, oidc-grant get |');
  });

  it('the page says of every missed aim what it costs and shows the profile, on each storage and of a start, too', () => {
    const missed: BenchResult = {
      ...now,
      processes: [
        { target: 'bare', firstStartMs: 1, coldStartMs: 400, idleMiB: 100, loadedMiB: 1 },
        { target: 'embedded', firstStartMs: 1, coldStartMs: 1200, idleMiB: 150, loadedMiB: 1 },
      ],
      measurements: [
        ...now.measurements,
        { ...measured('refresh', 'embedded', [5, 10, 20]), target: 'mongo-redis', databaseCpuMs: 4 },
        { ...measured('log-in', 'bare', [1]), eventLoopP99Ms: 7 },
        { ...measured('log-in', 'embedded', [1]), eventLoopP99Ms: 31 },
      ],
    };
    expect(wantedProfiles(missed).map(profileName)).toEqual([
      'refresh on embedded',
      'start on embedded',
      'log-in on embedded',
      'refresh on mongo-redis',
    ]);
    const profileOf = (name: string) => ({ places: [{ name, share: 0.5 }], functions: [] });
    const page = whyMissed(missed, {
      'refresh on embedded': profileOf('one'),
      'start on embedded': { ...profileOf('two'), memory: { code: 12 } },
      'log-in on embedded': profileOf('three'),
    }).join('\n');
    expect(page).toContain(
      '### Refresh, embedded: 2.00 × bare (≤ 1.5 × bare)\n4 ms of CPU, with 3 storage calls',
    );
    expect(page).toContain('### Cold start, embedded: 1200 ms (< 1000 ms)\nThe bare library takes 400 ms');
    expect(page).toContain('| two | 50.0 % |');
    expect(page).toContain('above.\n| Held by | MiB |\n| --- | ---: |\n| code | 12 |');
    expect(page).toContain('embedded: 31 ms (< 30 ms)\nThe bare library has 7 ms');
    expect(page).toContain('10 ms of CPU, 4 ms of it in the databases and 6 ms in the server');
    expect(page).toContain('It was not profiled.');
    expect(whyMissed(run('2026-02-01T00:00:00Z', [1, 2, 4]), {})).toEqual([]);
  });
});

describe('profiles and pages that the bench reads', () => {
  it('names places without the paths of a machine', () => {
    const place = (url: string, functionName = 'f') => placeOf({ url, functionName });
    expect(place('file:///home/x/gatehouse/src/storage/sqlite/row-sql.ts')).toBe('src/storage');
    expect(place('file:///x/node_modules/@koa/router/lib/router.js')).toBe('@koa/router');
    expect(place('node:internal/crypto/webcrypto')).toBe('node:crypto');
    expect(place('', '(garbage collector)')).toBe('(garbage collector)');
  });

  it('shares out the busy time only, native code to its caller', () => {
    const frame = (functionName: string, url: string) => ({
      functionName,
      url,
      scriptId: '1',
      lineNumber: 0,
      columnNumber: 0,
    });
    const summary = summarizeProfile({
      nodes: [
        { id: 1, callFrame: frame('(idle)', '') },
        { id: 2, callFrame: frame('sign', 'node:internal/crypto/sig'), children: [4] },
        { id: 3, callFrame: frame('find', 'file:///x/src/oidc/adapter.ts') },
        { id: 4, callFrame: frame('run', '') },
        { id: 5, callFrame: frame('post', 'node:inspector') },
      ],
      startTime: 0,
      endTime: 100,
      samples: [1, 2, 3, 4, 5],
      timeDeltas: [60, 20, 10, 10, 99],
    });
    expect(summary.places).toEqual([
      { name: 'node:crypto', share: 0.75 },
      { name: 'src/oidc', share: 0.25 },
    ]);
  });

  it('finds the form that asks for credentials among others', () => {
    const html = `<form action="/language"><input name="lang" value="fr"></form>
      <form method="post" action="/a?b=1&amp;c=2"><input type="hidden" name="csrf" value="t"><input type="email" name="email" value=""></form>`;
    expect(credentialForm(html)).toEqual({
      action: '/a?b=1&c=2',
      inputs: [
        { name: 'csrf', type: 'hidden', value: 't' },
        { name: 'email', type: 'email', value: '' },
      ],
    });
  });
});
