import { type EqualWorkResult, equalWorkNote } from '../../bench/equal-work/document.ts';
import { FORMS, type Form, type Series } from '../../bench/equal-work/series.ts';
import { kolmogorovSmirnov, kolmogorovTail, spreadOf } from '../../bench/equal-work/two-samples.ts';
import { equalWorkWorld, TYPED, type Typed } from '../../bench/equal-work/world.ts';

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, n) => n + from);

describe('comparing two samples', () => {
  it('has the critical values of the tables', () => {
    expect(kolmogorovTail(1.2238)).toBeCloseTo(0.1, 3);
    expect(kolmogorovTail(1.3581)).toBeCloseTo(0.05, 3);
    expect(kolmogorovTail(1.6276)).toBeCloseTo(0.01, 3);
    expect([kolmogorovTail(0), kolmogorovTail(0.19)]).toEqual([1, 1]);
    expect(kolmogorovTail(9)).toBeCloseTo(0, 12);
  });

  it('finds the same, the apart and the shifted', () => {
    expect(kolmogorovSmirnov(upTo(100), upTo(100).reverse())).toEqual({ distance: 0, p: 1 });
    const apart = kolmogorovSmirnov(upTo(100), upTo(100, 100));
    expect(apart.distance).toBe(1);
    expect(apart.p).toBeLessThan(1e-9);
    const shifted = kolmogorovSmirnov(upTo(1000), upTo(1000, 60));
    expect(shifted.distance).toBeCloseTo(0.06, 6);
    expect(shifted.p).toBeCloseTo(0.052, 2);
  });

  it('counts equal values of both at once', () => {
    expect(kolmogorovSmirnov([1, 1, 1, 2], [1, 2, 2, 2]).distance).toBe(0.5);
    expect(spreadOf([1, 2, 3, 10])).toEqual({ median: 2.5, mean: 4, p95: 10 });
  });
});

it('X28 no name is typed twice, and requests for resets stay below what a domain may have', () => {
  const typed = Object.values(TYPED).flatMap((name) => upTo(1000).map(name));
  expect(new Set(typed).size).toBe(typed.length);
  const world = equalWorkWorld(1000, 'hash');
  expect(world.accounts).toHaveLength(2000);
  const perDomain = Map.groupBy(typed, (name) => name.split('@')[1]);
  for (const [domain, names] of perDomain) if (domain !== 'bench') expect(names.length).toBeLessThan(100);
});

it('X28 the note is made from the raw result and names it', () => {
  const of = (shift: number): Record<Typed, number[]> => ({
    known: upTo(100, shift),
    unknown: upTo(100),
    passwordless: upTo(100),
    knownName: upTo(100),
    unknownName: upTo(100),
  });
  const forms = Object.keys(FORMS) as Form[];
  const series = Object.fromEntries(forms.map((form) => [form, of(form === 'password' ? 50 : 0)])) as Series;
  const machine = { cores: 2, node: '24.0.0', load: { before: 0.12, after: 1.5 } };
  const result: EqualWorkResult = { startedAt: '2026-11-26T10:00:00.000Z', machine, samples: 100, series };
  const note = equalWorkNote(result, 'equal-work-2026-11-26.json');
  expect(note).toContain('bench/results/equal-work-2026-11-26.json');
  expect(note).toContain(
    '| Wrong password: known address / unknown address | 99.50 / 49.50 | 99.50 / 49.50 | 144.00 / 94.00 | 0.500 | < 0.001 |',
  );
  expect(note).toContain('| /forgot-password: known address / unknown address | 49.50 / 49.50 |');
  expect(note).toContain('| 0.000 | 1.000 |');
});
