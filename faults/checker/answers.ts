import { faultsOf, type HistoryEvent } from '../history/event.ts';
import type { Finding } from './finding.ts';

/** What the server calls a request that took too long, and some patience for a busy machine. */
export interface AnswerLimits {
  timeOutMs: number;
  /** Within which readiness follows the storage. */
  readinessMs: number;
}

/** Clear answers meanwhile: 503 with Retry-After and a body of its caller's kind, no stack, no hang, readiness red. */
export function answers(
  events: readonly HistoryEvent[],
  limits: AnswerLimits,
  /** Faults during which no node can serve. */
  turnsRed: (fault: string) => boolean,
): Finding[] {
  const refusals = events.filter((one) => one.type === 'answer');
  const totals = events.filter((one) => one.type === 'requests');
  const count = totals.reduce((sum, one) => sum + one.count, 0);
  const longest = Math.max(0, ...totals.map(({ longestMs }) => longestMs));
  return [
    {
      property: 'every refusal for want of storage is clear: 503, Retry-After, page or problem, no stack',
      checked: count,
      violations: refusals.flatMap(({ at, status, path, problem }) =>
        problem ? [`${status} at ${path} (${at} ms): ${problem}`] : [],
      ),
      figures: { refusals: refusals.length },
    },
    {
      property: 'no request hangs beyond the time-out',
      checked: count,
      violations: longest > limits.timeOutMs ? [`one took ${Math.round(longest)} ms`] : [],
      figures: { longestRequestMs: Math.round(longest) },
    },
    readiness(events, limits.readinessMs, turnsRed),
  ];
}

function readiness(
  events: readonly HistoryEvent[],
  withinMs: number,
  turnsRed: (fault: string) => boolean,
): Finding {
  const probes = events.filter((one) => one.type === 'readiness');
  const property = 'readiness is red while the storage is away, and green again';
  const violations: string[] = [];
  const faults = faultsOf(events).filter(({ name }) => turnsRed(name));
  for (const { name, from, to } of faults) {
    const nodes = new Set(probes.map(({ node }) => node));
    for (const node of nodes) {
      const of = probes.filter((one) => one.node === node);
      if (
        !of.some(
          ({ at, status }) => status === 503 && at >= from && at <= Math.min(to, from + withinMs) + 500,
        )
      )
        violations.push(`${node} stayed green at ${name} (${from} ms)`);
      if (!of.some(({ at, status }) => status === 200 && at >= to))
        violations.push(`${node} stayed red after ${name} (${to} ms)`);
    }
  }
  return { property, checked: faults.length, violations };
}
