import type { GatehouseSystem, ServerNode } from '../system/system.ts';
import type { Fault } from './fault.ts';

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

/** One of several workers of a node; its primary replaces it. */
export function killWorker(node: ServerNode, holdMs: number): Fault {
  return {
    name: `kill -9 of a worker of ${node.name}`,
    turnsRed: false,
    holdMs,
    async begin() {
      const worker = node.workers().at(-1);
      if (worker === undefined) throw new Error(`${node.name} has no workers`);
      process.kill(worker, 'SIGKILL');
    },
    end: async () => {},
  };
}

/** The clock of every server process jumps, and jumps back. */
export function clockJump({ nodes }: GatehouseSystem, hours: number, holdMs: number): Fault {
  const shiftMs = hours * 3_600_000;
  const shift = async (by: number) => {
    for (const node of nodes) node.shiftClock({ shiftMs: by });
  };
  return {
    name: `clock ${hours > 0 ? `${hours} h ahead` : `${-hours} h behind`}`,
    turnsRed: false,
    holdMs,
    shiftMs,
    begin: () => shift(shiftMs),
    end: () => shift(0),
  };
}
