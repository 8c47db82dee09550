import type { Operation } from '../history/event.ts';

/** What one property found in one history. */
export interface Finding {
  property: string;
  /** How many things were looked at; a property that looked at nothing shows nothing. */
  checked: number;
  violations: string[];
  /** For the report, such as the longest time for which something revoked still worked. */
  figures?: Readonly<Record<string, number>>;
}

/** An operation in a violation: enough to find it in the history. */
export function told({ id, act, actor, from, to, outcome, reason }: Operation): string {
  const end = Number.isFinite(to) ? `${to}` : 'never';
  return `${act} #${id} by ${actor} (${from}–${end} ms, ${outcome}${reason ? `: ${reason}` : ''})`;
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
