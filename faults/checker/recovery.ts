import { type FaultSpan, faultsOf, type HistoryEvent, operationsOf } from '../history/event.ts';
import type { Finding } from './finding.ts';

export interface FaultFigures extends FaultSpan {
  /** From the end of the fault to the end of the first log-in that began after it. */
  recoveryMs: number;
  /** Longest time around the fault in which nothing was acknowledged. */
  outageMs: number;
}

export function faultFigures(events: readonly HistoryEvent[]): FaultFigures[] {
  const all = operationsOf(events);
  const operations = all.filter(({ outcome }) => outcome === 'ok');
  const logIns = operations.filter(({ act, actor }) => act === 'log-in' && actor === 'prober');
  const acknowledged = operations.map(({ to }) => to).sort((a, b) => a - b);
  return faultsOf(events).map((fault) => {
    const first = Math.min(...logIns.filter(({ from }) => from >= fault.to).map(({ to }) => to));
    return {
      ...fault,
      recoveryMs: Math.round(first - fault.to),
      outageMs: outage(fault, acknowledged, all[0]?.from ?? 0),
    };
  });
}

function outage({ from, to }: FaultSpan, acknowledged: readonly number[], beginning: number): number {
  let longest = 0;
  let previous = beginning;
  for (const at of acknowledged) {
    if (at >= from && previous <= to) longest = Math.max(longest, at - previous);
    previous = at;
  }
  return Math.round(longest);
}

/** Recovery without a hand: people log in again soon after each fault has ended. */
export function recovery(events: readonly HistoryEvent[], withinMs: number): Finding {
  const faults = faultFigures(events);
  return {
    property: `log-ins work again within ${withinMs / 1000} s of the end of each fault, nothing else restarted`,
    checked: faults.length,
    violations: faults
      .filter(({ recoveryMs }) => recoveryMs > withinMs)
      .map(({ name, to, recoveryMs }) => `${name} (${to} ms): ${recoveryMs} ms`),
    figures: { longestRecoveryMs: Math.max(0, ...faults.map(({ recoveryMs }) => recoveryMs)) },
  };
}
