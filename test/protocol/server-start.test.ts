import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineEnvironment } from '../support/engine.ts';
import { client } from '../support/protocol-clients.ts';
import { world } from '../support/world.ts';

describe('starting the server', () => {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** `node src/main.ts` with this bootstrap file, until it listens or ends by itself; what it printed. */
  async function start(bootstrap: object): Promise<{ exitCode: number | null; printed: string[] }> {
    const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-start-'));
    folders.push(dataDir);
    const file = join(dataDir, 'bootstrap.json');
    writeFileSync(file, JSON.stringify(bootstrap));
    const child = spawn(process.execPath, ['src/main.ts'], {
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        ISSUER: 'http://localhost:3000',
        DATA_DIR: dataDir,
        BOOTSTRAP_FILE: file,
        ...engineEnvironment(dataDir),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    let isAsked = false;
    const collect = (part: Buffer) => {
      printed += part;
      const port = /"port":(\d+).*"listening"/.exec(printed)?.[1];
      // An answer says that it has finished starting.
      // Once: a second signal ends at once, and not in order.
      if (!port || isAsked) return;
      isAsked = true;
      void fetch(`http://127.0.0.1:${port}/health/live`).finally(() => child.kill('SIGTERM'));
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, printed: printed.split('\n').filter(Boolean) };
  }

  it('prints log lines alone: no notice of the protocol library about defaults or development', async () => {
    const { exitCode, printed } = await start(world());
    expect(exitCode).toBe(0);
    expect(printed.length).toBeGreaterThan(0);
    for (const line of printed) expect(JSON.parse(line)).toHaveProperty('msg');
    expect(printed.join()).not.toContain('oidc-provider');
  });

  it('ends with the reason when a client of the bootstrap file could never be used', async () => {
    const broken = client('broken', { subject_type: 'pairwise' });
    const { exitCode, printed } = await start(world({ clients: [broken] }));
    expect(exitCode).toBe(1);
    const reason = printed.find((line) => line.startsWith('Gatehouse could not start'));
    expect(reason).toContain('client broken: subject_type');
    expect(printed.join()).not.toContain('broken-secret');
  });
});
