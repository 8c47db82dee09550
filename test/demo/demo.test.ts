import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'otplib';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { PASSWORD } from '../support/world.ts';

const KEY = 'KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU';

describe('npm run demo', () => {
  let dataDir: string;
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-demo-'));
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('starts everything, tells where, lets people in, stops on a signal, and starts again on its data', async () => {
    const port = await fourFreePorts();
    const [gatehouse, portal, viewer] = [`http://localhost:${port}`, at(port + 1), at(port + 3)];
    const first = await startDemo(port);
    for (const place of [gatehouse, portal, at(port + 2), viewer]) expect(first.said()).toContain(place);

    const person = await new JourneyBrowser([gatehouse, portal]).open(`${portal}/login`);
    await person.fill('Email', 'ada@bridges.example').press('Continue');
    await person.fill('Password', PASSWORD).press('Continue');
    const [, code = ''] = /<code>(\d{6})<\/code>/.exec(await textOf(viewer)) ?? [];
    await person.fill('Enter Your 6-digit Verification Code', code).press('Continue');
    await person.choose('Crane Works').press('Continue');
    expect(person.url.href).toBe(`${portal}/`);
    expect(person.text).toContain('You are logged in as Ada Bridges, Crane Works.');
    // The invited person's mail is there to be opened, and is not sent again by the second start.
    const invitation = /http:\/\/localhost:\d+\/welcome\?token=[\w-]{43}/;
    expect(
      (await new JourneyBrowser([gatehouse]).open(invitation.exec(await textOf(viewer))?.[0] ?? '')).title,
    ).toBe('Create a Password');
    expect(await first.stop()).toBe(0);

    const second = await startDemo(port);
    expect((await fetch(portal)).status).toBe(200);
    expect(await second.stop()).toBe(0);
  });

  it('shows codes for an app that has no phone, and says what is no key', async () => {
    const port = await fourFreePorts();
    const demo = await startDemo(port);
    const add = (key: string) =>
      fetch(at(port + 3), { method: 'POST', body: new URLSearchParams({ key, account: 'carl' }) });
    const before = await generate({ secret: KEY });
    const page = await (await add('krsx g5ct mvrx ezlu krsx g5ct mvrx ezlu')).text();
    expect([before, await generate({ secret: KEY })].some((code) => page.includes(code))).toBe(true);
    expect((await add('no key!')).status).toBe(422);
    expect(await demo.stop()).toBe(0);
  });

  it('names the port that is taken and how to choose others', async () => {
    const port = await fourFreePorts();
    const squatter = await listenAt(port + 1);
    const demo = spawnDemo(port);
    const [code] = await once(demo.child, 'exit');
    squatter.close();
    expect(code).toBe(1);
    expect(demo.said()).toContain(`Port ${port + 1} is taken.`);
    expect(demo.said()).toContain('PORT=4000 npm run demo');
  });

  function spawnDemo(port: number): { child: ChildProcess; said(): string } {
    const child = spawn(process.execPath, ['examples/demo.ts'], {
      env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDir },
    });
    started.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    return { child, said: () => said };
  }

  async function startDemo(port: number) {
    const { child, said } = spawnDemo(port);
    while (!said().includes('Stop with Ctrl+C')) {
      await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), once(child, 'exit')]);
      if (child.exitCode !== null) throw new Error(`the demo ended at once: ${said()}`);
    }
    return {
      said,
      async stop(): Promise<number | null> {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const [code] = await ended;
        return code as number | null;
      },
    };
  }
});

const at = (port: number) => `http://127.0.0.1:${port}`;

const textOf = async (url: string) => (await fetch(url)).text();

async function listenAt(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  // Rejects where the port is taken.
  await once(server, 'listening');
  return server;
}

/** The first of four ports in a row that were free a moment ago. */
async function fourFreePorts(): Promise<number> {
  for (;;) {
    const first = await listenAt(0);
    const { port } = first.address() as { port: number };
    const others = await Promise.allSettled([1, 2, 3].map((step) => listenAt(port + step)));
    const opened = others.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    for (const server of [first, ...opened]) server.close();
    if (opened.length === 3 && port < 65_000) return port;
  }
}
