import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFrontDoor } from '../../test/support/front-door.ts';
import { CHEAP_HASH } from '../../test/support/gatehouse.ts';
import { type GatehouseProcess, startGatehouseProcess } from '../../test/support/gatehouse-process.ts';
import type { Recorder } from '../history/recorder.ts';
import type { ClockShift } from '../nemesis/preload.ts';
import { balance } from './balance.ts';
import { faultsWorld, NODE_SETTINGS } from './world.ts';

const PRELOAD = fileURLToPath(new URL('../nemesis/preload.ts', import.meta.url));
/** Seconds after which the server answers 408. */
export const REQUEST_TIMEOUT_SECONDS = 10;

/** One server process after the other on the same data. */
export interface ServerNode {
  name: string;
  port(): number;
  pid(): number;
  /** Processes of its workers that have ever served, the newest last. */
  workers(): number[];
  kill(): Promise<void>;
  start(): Promise<void>;
  shiftClock(shift: ClockShift): void;
}

/** Gatehouse as it is installed: one node on the embedded storage, or two on MongoDB and Redis behind one address. */
export interface GatehouseSystem {
  issuer: string;
  dataDir: string;
  nodes: readonly ServerNode[];
  /** What all nodes are given. */
  env: Record<string, string>;
  /** What all processes wrote to standard output and error. */
  log(): string;
  stop(): Promise<void>;
}

export interface SystemOptions {
  nodes: number;
  recorder: Recorder;
  /** On a file system of its own; a temporary folder otherwise. */
  dataDir?: string;
  /** Processes of each node; their clock can be moved where there is only one. */
  workers?: number;
  /** Of the storage. */
  env?: Record<string, string>;
}

export async function startSystem({
  nodes: count,
  recorder,
  ...given
}: SystemOptions): Promise<GatehouseSystem> {
  const door = await openFrontDoor();
  const dataDir = given.dataDir ?? mkdtempSync(join(tmpdir(), 'gatehouse-faults-'));
  const env = {
    ...NODE_SETTINGS,
    ...CHEAP_HASH,
    ...given.env,
    ...(given.workers && { WORKERS: String(given.workers) }),
    ISSUER: door.issuer,
    DATA_DIR: dataDir,
    REQUEST_TIMEOUT_SECONDS: String(REQUEST_TIMEOUT_SECONDS),
  };
  const logs: (() => string)[] = [];
  const nodes: ServerNode[] = [];
  let stopBalancing = async () => {};

  async function close(): Promise<void> {
    await stopBalancing();
    await Promise.all(nodes.map((node) => node.kill()));
    await door.close();
    if (!given.dataDir) rmSync(dataDir, { recursive: true, force: true });
  }

  try {
    // All at once, as an orchestrator does it.
    const starts = ['a', 'b'].slice(0, count).map((letter) => {
      const bootstrap = letter === 'a' ? faultsWorld() : undefined;
      const options = {
        issuer: door.issuer,
        dataDir,
        env,
        preload: PRELOAD,
        ...(bootstrap && { bootstrap }),
      };
      return serverNode(`node ${letter}`, options, logs);
    });
    for (const started of await Promise.allSettled(starts))
      if (started.status === 'fulfilled') nodes.push(started.value);
    await Promise.all(starts);
    stopBalancing = balance(door, nodes, recorder);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    issuer: door.issuer,
    dataDir,
    nodes,
    env,
    log: () => logs.map((read) => read()).join('\n'),
    stop: close,
  };
}

async function serverNode(
  name: string,
  { bootstrap, ...options }: Parameters<typeof startGatehouseProcess>[0],
  logs: (() => string)[],
): Promise<ServerNode> {
  let process: GatehouseProcess;
  async function start(more: { bootstrap?: object } = {}): Promise<void> {
    process = await startGatehouseProcess({ ...options, ...more });
    logs.push(process.logLines);
  }
  await start(bootstrap ? { bootstrap } : {});
  return {
    name,
    port: () => process.port,
    pid: () => process.pid,
    workers: () => process.logged('worker listening').map(({ pid }) => Number(pid)),
    kill: () => process.kill(),
    start: () => start(),
    shiftClock: (shift) => process.tell(shift),
  };
}
