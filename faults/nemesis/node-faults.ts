import { HOUR, SECOND } from '#kernel';
import { until } from '../../test/support/gatehouse-process.ts';
import type { GatehouseSystem, ServerNode } from '../system/system.ts';
import type { Fault } from './fault.ts';

/** On a busy machine a start takes long. */
const REPLACED_WITHIN = { patienceMs: 60_000 };

/** kill -9 in the middle of everything, and a start on the same data. */
export function killNode(node: ServerNode, holdMs: number): Fault {
  return {
    name: `kill -9 of ${node.name}`,
    turnsRed: false,
    holdMs,
    begin: () => node.kill(),
    end: () => node.start(),
  };
}

/** One of several workers of a node; its primary replaces it, which is no hand of ours. */
export function killWorker(node: ServerNode): Fault {
  let before = 0;
  return {
    name: `kill -9 of a worker of ${node.name}`,
    turnsRed: false,
    holdMs: 0,
    async begin() {
      const workers = node.workers();
      before = workers.length;
      const newest = workers.at(-1);
      // 0 would be all of us.
      if (!newest) throw new Error(`${node.name} has no workers`);
      process.kill(newest, 'SIGKILL');
    },
    async end() {
      await until(
        'another worker',
        () => (node.workers().length > before ? true : undefined),
        REPLACED_WITHIN,
      );
    },
  };
}

/** The clock of every server process jumps, and jumps back. */
export function clockJump({ nodes }: GatehouseSystem, hours: number, holdMs: number): Fault {
  const shiftMs = hours * HOUR;
  const name = `clock ${hours > 0 ? `${hours} h ahead` : `${-hours} h behind`}`;
  return { ...shifted(name, nodes, shiftMs, holdMs), shiftMs };
}

/** One node's clock goes ahead of the others' for a while, by so little that nothing may be different (docs/deployment.md). */
export function clocksApart(node: ServerNode, seconds: number, holdMs: number): Fault {
  return shifted(`clock of ${node.name} ${seconds} s ahead of the other's`, [node], seconds * SECOND, holdMs);
}

function shifted(name: string, nodes: readonly ServerNode[], shiftMs: number, holdMs: number): Fault {
  const shift = async (by: number) => {
    for (const node of nodes) node.shiftClock({ shiftMs: by });
  };
  return { name, turnsRed: false, holdMs, begin: () => shift(shiftMs), end: () => shift(0) };
}
