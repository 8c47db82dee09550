import { clockMoved, type FaultSpan, type Operation } from '../history/event.ts';
import { type Finding, groupBy, told } from './finding.ts';

/** The password in force is the one that was acknowledged last; where nobody knows, both may work. */
export function passwords(
  operations: readonly Operation[],
  initial: string,
  faults: readonly FaultSpan[] = [],
): Finding[] {
  const byAccount = groupBy(
    operations.filter(({ act }) => act === 'reset' || act === 'log-in'),
    ({ facts }) => facts['account'],
  );
  const kept: Finding = { property: 'an acknowledged password is never refused', checked: 0, violations: [] };
  const old: Finding = {
    property: 'a password that was replaced never works again',
    checked: 0,
    violations: [],
  };
  for (const group of byAccount.values()) {
    const resets = effectiveResets(group);
    for (const logIn of group.filter(({ act }) => act === 'log-in')) {
      judge(logIn, resets, initial, kept, old);
    }
  }
  return [kept, old, deadEnds(operations, faults)];
}

/** A log-in that a jump of the clock has outlived is over, as its page says. */
function deadEnds(operations: readonly Operation[], faults: readonly FaultSpan[]): Finding {
  const decided = operations.filter(({ outcome }) => outcome !== 'unknown');
  return {
    property: 'no page is a dead end',
    checked: decided.length,
    violations: decided
      .filter((one) => one.reason?.startsWith('stuck') && !clockMoved(faults, one.from, one.to))
      .map(told),
  };
}

/** Unknown ends of a link of which another use was acknowledged did not happen: it is spent once. */
function effectiveResets(group: readonly Operation[]): Operation[] {
  const resets = group.filter(({ act, outcome }) => act === 'reset' && outcome !== 'fail');
  const acknowledged = new Set(
    resets.filter(({ outcome }) => outcome === 'ok').map(({ facts }) => facts['link']),
  );
  return resets.filter(({ outcome, facts }) => outcome === 'ok' || !acknowledged.has(facts['link']));
}

function judge(
  logIn: Operation,
  resets: readonly Operation[],
  initial: string,
  kept: Finding,
  old: Finding,
): void {
  const given = logIn.facts['password'];
  const isRefused = logIn.outcome === 'fail' && logIn.reason === 'refused';
  if (given === undefined || !(isRefused || logIn.outcome === 'ok')) return;
  const begun = resets.filter(({ from }) => from < logIn.to);
  const done = begun.filter(({ to }) => to < logIn.from);
  const last = done.reduce<Operation | undefined>((a, b) => (a && a.to > b.to ? a : b), undefined);
  // Whatever was not surely over when the last one began may be in force instead of it.
  const possible = new Set(
    begun
      .filter((one) => one === last || !last || one.to > last.from)
      .map(({ facts }) => facts['password'] ?? ''),
  );
  if (!last) possible.add(initial);
  if (isRefused && possible.size === 1 && possible.has(given))
    kept.violations.push(`${told(logIn)}${last ? ` after ${told(last)}` : ''}`);
  if (possible.size === 1 && possible.has(given)) kept.checked++;
  if (possible.has(given)) return;
  old.checked++;
  if (logIn.outcome === 'ok') old.violations.push(`${told(logIn)}${last ? ` after ${told(last)}` : ''}`);
}
