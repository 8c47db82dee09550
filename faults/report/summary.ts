import type { FaultsResult, ScenarioResult } from './result.ts';

/** Each property of each scenario that had something to look at counts as one; one that never had has shown nothing. */
export function tally({ scenarios }: FaultsResult): { passed: number; failed: number; empty: string[] } {
  const all = scenarios.flatMap(({ id, findings }) => findings.map((finding) => ({ id, ...finding })));
  const failed = all.filter(({ violations }) => violations.length > 0).length;
  const passed = all.filter(({ checked, violations }) => checked > 0 && violations.length === 0).length;
  const empty = [...Map.groupBy(all, ({ property }) => property)]
    .filter(([, same]) => same.every(({ checked }) => checked === 0))
    .map(([property]) => property);
  return { passed, failed, empty };
}

/** The last line is read by CI. */
export function closingText(result: FaultsResult): string {
  const { passed, failed, empty } = tally(result);
  return [
    '',
    ...empty.map((one) => `Nothing to look at: ${one}`),
    ...result.leftOut.map((one) => `Left out: ${one}`),
    `Properties: ${passed} passed, ${failed} failed`,
  ].join('\n');
}

export function scenarioText({ title, seconds, counts, faults, findings }: ScenarioResult): string {
  const worst = (pick: (one: ScenarioResult['faults'][number]) => number) => Math.max(0, ...faults.map(pick));
  return [
    '',
    `${title} (${seconds} s)`,
    `  ${Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
    `  ${faults.length} faults; longest outage ${worst(({ outageMs }) => outageMs)} ms, longest recovery ${worst(({ recoveryMs }) => recoveryMs)} ms`,
    ...findings.flatMap(({ property, checked, violations, figures = {} }) => [
      `  ${violations.length > 0 ? '✗' : checked > 0 ? '✓' : '–'} ${property} (${[checked, ...Object.entries(figures).map(([name, value]) => `${name} ${value}`)].join(', ')})`,
      ...violations.slice(0, 5).map((one) => `      ${one}`),
      ...(violations.length > 5 ? [`      … and ${violations.length - 5} more`] : []),
    ]),
  ].join('\n');
}
