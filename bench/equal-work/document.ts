import { table } from '../markdown.ts';
import { FORMS, PAIRS, type Series } from './series.ts';
import { kolmogorovSmirnov, spreadOf } from './two-samples.ts';
import type { Typed } from './world.ts';

/** One run as it is kept in bench/results. */
export interface EqualWorkResult {
  /** ISO date and time. */
  startedAt: string;
  machine: { cores: number; node: string; load: { before: number; after: number } };
  /** Of each series. */
  samples: number;
  series: Series;
}

const WHO: Readonly<Record<Typed, string>> = {
  known: 'known address',
  unknown: 'unknown address',
  passwordless: 'account without password',
  knownName: 'known log-in name',
  unknownName: 'unknown log-in name',
};

const ms = (value: number) => value.toFixed(2);

export function pairTable({ series }: EqualWorkResult): string {
  const rows = PAIRS.map(({ form, one, other }) => {
    const a = series[form][one];
    const b = series[form][other];
    const [first, second] = [spreadOf(a), spreadOf(b)];
    const { distance, p } = kolmogorovSmirnov(a, b);
    const both = (key: keyof typeof first) => `${ms(first[key])} / ${ms(second[key])}`;
    return [
      `${FORMS[form]}: ${WHO[one]} / ${WHO[other]}`,
      both('median'),
      both('mean'),
      both('p95'),
      distance.toFixed(3),
      p < 0.001 ? '< 0.001' : p.toFixed(3),
    ];
  });
  return table(['Pair', 'Median ms', 'Mean ms', '95 % ms', 'Distance', 'p'], rows);
}

/** bench/notes/equal-work.md as a whole; `raw`: the name of the raw result. */
export function equalWorkNote(result: EqualWorkResult, raw: string): string {
  const { startedAt, machine, samples } = result;
  return `# Equal work: what answers take for known and unknown people

Written by \`npm run bench:equal -- --write\` from bench/results/${raw}; change the bench rather than this page.

Measured on ${startedAt.slice(0, 10)} with ${machine.cores} cores and Node.js ${machine.node}, ${samples} samples of each, at a load of ${machine.load.before.toFixed(1)} before and ${machine.load.after.toFixed(1)} after.

Gatehouse as \`npm start\` runs it on the embedded storage, with the default password hash, is asked over loopback by one client, one
request at a time, in an order of chance. Each sample is of another person or name and in a new browser. Only the limits for one network
address are raised; no limit, throttle or lock of an account answers. The time is that of the answer to the form alone.

${pairTable(result)}

*Distance* is the most by which the two distributions lie apart, and *p* how likely that much is where there is no difference
(Kolmogorov–Smirnov). Of ${PAIRS.length} pairs one below 0.1 is no surprise; a p below 0.001 that comes again in another run is a difference, and the
medians say how large it is. That the same reads, writes and hashes are made is counted by test/unit/password-equal-work.test.ts.
`;
}
