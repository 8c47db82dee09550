import { diskFull, hasPrlimit, noFileMayGrow, type SmallDisk, smallDisk } from './nemesis/disk-full.ts';
import type { Fault } from './nemesis/fault.ts';
import { clockJump, clocksApart, killNode, killWorker } from './nemesis/node-faults.ts';
import { restart, stall } from './nemesis/service-faults.ts';
import type { Services } from './system/services.ts';
import type { GatehouseSystem } from './system/system.ts';

export interface Scenario {
  id: string;
  title: string;
  engine: 'embedded' | 'mongo-redis';
  nodes: number;
  /** Processes of each node; one when absent. */
  workers?: number;
  /** The data lies on a small file system of its own. */
  onSmallDisk: boolean;
  faults(parts: {
    system: GatehouseSystem;
    services: Services | undefined;
    disk: SmallDisk | undefined;
  }): Fault[];
}

const times = <T>(count: number, make: () => T[]): T[] => Array.from({ length: count }, make).flat();

/** What cannot be done on this machine is left out by name. */
export function diskFullLeftOut(): string | undefined {
  const disk = smallDisk();
  disk?.remove();
  return disk || hasPrlimit() ? undefined : 'disk full: neither the right to mount a tmpfs nor prlimit';
}

function fullDisk(system: GatehouseSystem, disk: SmallDisk | undefined, holdMs: number): Fault[] {
  if (disk) return [diskFull(disk, holdMs)];
  return hasPrlimit() ? [noFileMayGrow(system, holdMs)] : [];
}

const first = ({ nodes }: GatehouseSystem) => nodes[0] as GatehouseSystem['nodes'][number];

function servicesOf(services: Services | undefined): Services {
  if (!services) throw new Error('this scenario needs MongoDB and Redis');
  return services;
}

const SHORT: readonly Scenario[] = [
  {
    id: 'embedded',
    title: 'Embedded storage: kill, full disk, clock',
    engine: 'embedded',
    nodes: 1,
    onSmallDisk: true,
    faults: ({ system, disk }) => [
      killNode(first(system), 0),
      ...fullDisk(system, disk, 3_000),
      clockJump(system, 3, 2_000),
      clockJump(system, -3, 13_000),
    ],
  },
  {
    id: 'two-nodes',
    title: 'Two nodes on MongoDB and Redis: kills, stops, stalls',
    engine: 'mongo-redis',
    nodes: 2,
    onSmallDisk: false,
    faults: ({ system, services }) => {
      const { redis, mongo } = servicesOf(services);
      return [
        ...system.nodes.map((node) => killNode(node, 500)),
        restart('Redis', redis, 'SIGKILL', 2_000),
        stall('MongoDB', mongo, 4_000),
        restart('MongoDB', mongo, 'SIGKILL', 2_000),
        stall('Redis', redis, 4_000),
      ];
    },
  },
];

const FULL: readonly Scenario[] = [
  {
    id: 'embedded-kill',
    title: 'Embedded storage: kill -9',
    engine: 'embedded',
    nodes: 1,
    onSmallDisk: false,
    faults: ({ system }) => times(6, () => [killNode(first(system), 500)]),
  },
  {
    id: 'embedded-disk',
    title: 'Embedded storage: full disk',
    engine: 'embedded',
    nodes: 1,
    onSmallDisk: true,
    faults: ({ system, disk }) => [
      ...times(3, () => fullDisk(system, disk, 4_000)),
      killNode(first(system), 0),
      ...fullDisk(system, disk, 4_000),
    ],
  },
  {
    id: 'embedded-clock',
    title: 'Embedded storage: the clock jumps',
    engine: 'embedded',
    nodes: 1,
    onSmallDisk: false,
    faults: ({ system }) => [
      clockJump(system, 3, 8_000),
      clockJump(system, -3, 15_000),
      clockJump(system, 26, 8_000),
      clockJump(system, -26, 15_000),
    ],
  },
  {
    id: 'workers',
    title: 'Embedded storage, two workers: kill -9 of a worker, and of all',
    engine: 'embedded',
    nodes: 1,
    workers: 2,
    onSmallDisk: false,
    faults: ({ system }) => [
      ...times(3, () => [killWorker(first(system))]),
      killNode(first(system), 500),
      killWorker(first(system)),
    ],
  },
  {
    id: 'nodes-kill',
    title: 'Two nodes on MongoDB and Redis: kill -9 of one and the other',
    engine: 'mongo-redis',
    nodes: 2,
    onSmallDisk: false,
    faults: ({ system }) => times(3, () => system.nodes.map((node) => killNode(node, 1_500))),
  },
  {
    id: 'redis',
    title: 'Two nodes: Redis stopped, killed, stalled',
    engine: 'mongo-redis',
    nodes: 2,
    onSmallDisk: false,
    faults: ({ services }) => {
      const { redis } = servicesOf(services);
      return times(2, () => [
        restart('Redis', redis, 'SIGTERM', 3_000),
        restart('Redis', redis, 'SIGKILL', 3_000),
        stall('Redis', redis, 5_000),
      ]);
    },
  },
  {
    id: 'mongo',
    title: 'Two nodes: MongoDB stopped, killed, stalled',
    engine: 'mongo-redis',
    nodes: 2,
    onSmallDisk: false,
    faults: ({ services }) => {
      const { mongo } = servicesOf(services);
      return times(2, () => [
        restart('MongoDB', mongo, 'SIGTERM', 3_000),
        restart('MongoDB', mongo, 'SIGKILL', 3_000),
        stall('MongoDB', mongo, 5_000),
      ]);
    },
  },
  {
    id: 'nodes-clock',
    title: 'Two nodes: the clock jumps',
    engine: 'mongo-redis',
    nodes: 2,
    onSmallDisk: false,
    faults: ({ system }) => [clockJump(system, 3, 8_000), clockJump(system, -3, 15_000)],
  },
  {
    id: 'clocks-apart',
    title: 'Two nodes: their clocks disagree by seconds',
    engine: 'mongo-redis',
    nodes: 2,
    onSmallDisk: false,
    faults: ({ system }) => times(2, () => system.nodes.map((node) => clocksApart(node, 4, 12_000))),
  },
  {
    id: 'node-workers',
    title: 'Two workers on MongoDB and Redis: kill -9 of a worker, and of all',
    engine: 'mongo-redis',
    nodes: 1,
    workers: 2,
    onSmallDisk: false,
    faults: ({ system }) => [
      ...times(2, () => [killWorker(first(system))]),
      killNode(first(system), 500),
      killWorker(first(system)),
    ],
  },
];

export const SCENARIOS = { short: SHORT, full: FULL };
