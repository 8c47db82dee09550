import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFrontDoor } from './front-door.ts';
import { type GatehouseProcess, startGatehouseProcess } from './gatehouse-process.ts';

/** A Gatehouse process behind a front door, to be killed and started again on its data. */
export interface KillableGatehouse {
  issuer: string;
  dataDir: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  killAndRestart(): Promise<void>;
  /** Ends the process and removes its data. */
  remove(): Promise<void>;
}

export async function startKillable(bootstrap: object): Promise<KillableGatehouse> {
  const door = await openFrontDoor();
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-kill-'));
  let node: GatehouseProcess;
  async function start(more: { bootstrap?: object } = {}): Promise<void> {
    node = await startGatehouseProcess({ issuer: door.issuer, dataDir, ...more });
    door.leadTo(node.port);
  }
  const kill = () => node.kill();
  await start({ bootstrap });
  return {
    issuer: door.issuer,
    dataDir,
    kill,
    start: () => start(),
    async killAndRestart() {
      await kill();
      await start();
    },
    async remove() {
      await kill();
      await door.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
