import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGatehouse, type Gatehouse } from '#app';
import { runCli } from '#cli';
import { loadConfig } from '#config';
import { withGatehouse } from '../../src/cli/compose.ts';
import { sampleBootstrap } from './sample-bootstrap.ts';

/** The command line on an installation of its own for each test of the file. */
export function commandLine() {
  const place = { dataDir: '', env: {} as Record<string, string> };
  beforeEach(async () => {
    place.dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'));
    place.env = { NODE_ENV: 'test', DATA_DIR: place.dataDir };
  });
  afterEach(() => rm(place.dataDir, { recursive: true }));

  /** Runs a command in this process on the real application. */
  async function gatehouse(line: string, { password = '' } = {}) {
    const said: string[] = [];
    const complained: string[] = [];
    const context = {
      env: place.env,
      say: (text: string) => void said.push(text),
      askSecret: async () => password,
      withGatehouse: <T>(work: Parameters<typeof withGatehouse<T>>[1]) => withGatehouse(place.env, work),
    };
    const code = await runCli(line.split(' ').filter(Boolean), context, (text) => void complained.push(text));
    return { code, out: said.join('\n'), err: complained.join('\n') };
  }

  /** Looks at what the commands left, as a server would that opens the same data. */
  async function inspect<T>(look: (application: Gatehouse) => Promise<T>): Promise<T> {
    const loaded = loadConfig({ env: place.env });
    if (loaded.outcome !== 'ok') throw new Error('no configuration');
    const application = await createGatehouse({ config: { ...loaded.config, logLevel: 'silent' } });
    await application.open();
    try {
      return await look(application);
    } finally {
      await application.close();
    }
  }

  async function applySample(): Promise<void> {
    const path = join(place.dataDir, 'bootstrap.yaml');
    await writeFile(path, sampleBootstrap());
    expect(await gatehouse(`apply ${path}`)).toMatchObject({ code: 0, err: '' });
  }

  return { place, gatehouse, inspect, applySample };
}
