import type { Operation } from '../history/event.ts';
import { type Finding, groupBy, told } from './finding.ts';
import { GRACE_MS, MARGIN_MS } from './lineage.ts';

/** One successor for each refresh token, whoever asks and how often; and none after the grace. */
export function rotation(operations: readonly Operation[]): Finding[] {
  const refreshes = operations.filter(({ act }) => act === 'refresh');
  const groups = [...groupBy(refreshes, ({ facts }) => facts['token']).values()];
  const answered = groups.map((group) => group.filter(({ outcome }) => outcome === 'ok'));
  return [
    {
      property: 'a refresh token has one successor, the same for each repetition within the grace',
      checked: answered.filter(({ length }) => length > 1).length,
      violations: answered.flatMap((group) => {
        const successors = new Set(group.map(({ facts }) => facts['successor']));
        return successors.size > 1 ? [`${successors.size} successors: ${group.map(told).join(', ')}`] : [];
      }),
    },
    afterTheGrace(groups),
  ];
}

function afterTheGrace(groups: readonly Operation[][]): Finding {
  const violations: string[] = [];
  let checked = 0;
  for (const group of groups) {
    const rotatedAt = Math.min(...group.filter(({ outcome }) => outcome === 'ok').map(({ to }) => to));
    for (const late of group.filter(({ from }) => from > rotatedAt + GRACE_MS + MARGIN_MS)) {
      checked++;
      if (late.outcome === 'ok')
        violations.push(`${told(late)}, ${Math.round(late.from - rotatedAt)} ms after its rotation`);
    }
  }
  return { property: 'a rotated refresh token is refused after its grace', checked, violations };
}
