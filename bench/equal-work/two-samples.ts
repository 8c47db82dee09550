import { median, percentile } from '../statistics.ts';

/** Of one series, milliseconds. */
export interface Spread {
  median: number;
  mean: number;
  /** 95 % lie below. */
  p95: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { median: median(values), mean, p95: percentile(values, 0.95) };
}

/**
 * The two-sample Kolmogorov–Smirnov test. `distance`: the most by which the two distributions lie apart, 0–1; `p`: how likely
 * that much is where both are the same one (asymptotic, with Stephens' correction: Numerical Recipes, 14.3; good from 20 values).
 */
export function kolmogorovSmirnov(one: readonly number[], other: readonly number[]) {
  const a = one.toSorted((x, y) => x - y);
  const b = other.toSorted((x, y) => x - y);
  let distance = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const value = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    while (a[i] === value) i++;
    while (b[j] === value) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
  return { distance, p: kolmogorovTail((root + 0.12 + 0.11 / root) * distance) };
}

/** How likely the Kolmogorov distribution lies above `lambda`. */
export function kolmogorovTail(lambda: number): number {
  // The series converges slowly there, and the sum is 1 to twelve digits.
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * lambda) ** 2);
  return Math.min(1, Math.max(0, sum));
}
