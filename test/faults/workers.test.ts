import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refreshTokenGrant } from 'openid-client';
import { type FrontDoor, openFrontDoor } from '../support/front-door.ts';
import {
  type GatehouseProcess,
  outboxOf,
  startGatehouseProcess,
  until,
} from '../support/gatehouse-process.ts';
import { JourneyBrowser } from '../support/journey-browser.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { totpCode, world } from '../support/world.ts';

const CODE = 'Enter Your 6-digit Verification Code';
const WORKER = 'worker listening';

describe('several workers on one port', () => {
  let door: FrontDoor;
  let node: GatehouseProcess;
  let dataDir: string;
  let portal: RelyingParty;
  beforeAll(async () => {
    door = await openFrontDoor();
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-workers-'));
    const env = { WORKERS: '2', METRICS_PORT: '0' };
    node = await startGatehouseProcess({ issuer: door.issuer, dataDir, bootstrap: world(), env });
    door.leadTo(node.port);
    portal = await relyingParty(door.issuer);
  });
  afterAll(async () => {
    await node.stop();
    await door.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const workers = () => node.logged(WORKER).map(({ pid }) => Number(pid));

  async function metric(name: string): Promise<number> {
    const port = node.logged('listening')[0]?.['metricsPort'];
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const value = text.split('\n').find((line) => line.startsWith(name));
    return Number(value?.split(' ').at(-1));
  }

  it('share log-ins from page to page; what must happen once at a start happens once', async () => {
    const { person, pending } = await logIn(door, portal, 'duo@other.example');
    await person.choose('Beta Bridges').press('Continue');
    const tokens = await portal.complete(pending, person.arrivedAt);
    expect(tokens.claims()?.['company_id']).toBe('beta');
    expect(node.logged('bootstrap file applied')).toHaveLength(1);
    expect(new Set(workers()).size).toBe(2);
    // Whichever served: one address shows them together.
    const requests =
      'gatehouse_http_request_duration_seconds_count{method="GET",route="protocol jwks",status="200"}';
    const before = (await metric(requests)) || 0;
    for (let turn = 0; turn < 6; turn++) await fetch(`${door.issuer}/jwks`);
    expect(await metric(requests)).toBe(before + 6);
  });

  it('X30 a code that one has taken, the other refuses', async () => {
    const code = await totpCode(Date.now());
    const both = [
      await logIn(door, portal, 'tess@other.example'),
      await logIn(door, portal, 'tess@other.example'),
    ];
    await Promise.all(both.map(({ person }) => person.fill(CODE, code).press('Continue')));
    expect(both.filter(({ person }) => person.arrivedAt)).toHaveLength(1);
  });

  it('messages of all of them stay whole lines, each once', async () => {
    const addresses = ['ada', 'max', 'duo', 'tess'].map((name) => `${name}@other.example`);
    await Promise.all(
      addresses.map(async (address) => {
        const page = await new JourneyBrowser([door.issuer]).open(`${door.issuer}/forgot-password`);
        await page.fill('Email', address).press('Submit');
      }),
    );
    await until('the mails', () => (outboxOf(dataDir).length >= addresses.length ? true : undefined));
    const mails = outboxOf(dataDir).map(({ to }) => to);
    expect(mails.sort()).toEqual(addresses.sort());
  });

  it('one that is killed under load is replaced, and nothing acknowledged is lost', async () => {
    const acknowledged: string[] = [];
    const logIns = Array.from({ length: 8 }, async () => {
      const { person, pending } = await logIn(door, portal, 'ada@other.example');
      acknowledged.push((await portal.complete(pending, person.arrivedAt)).refresh_token ?? '');
    });
    const all = Promise.allSettled(logIns);
    await until('the first log-ins', () => (acknowledged.length >= 2 ? true : undefined));
    process.kill(workers()[0] as number, 'SIGKILL');
    // Figures are there while another one only starts.
    await until('the death', () => node.logged('a worker died and is replaced')[0]);
    expect(await metric('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(workers()).toHaveLength(2);
    await all;
    await until('another worker', () => (workers().length >= 3 ? true : undefined));
    expect(node.logged('a worker died and is replaced')).toMatchObject([{ signal: 'SIGKILL' }]);
    for (const token of acknowledged) await refreshTokenGrant(portal.configuration, token);
    // The new one serves: without it every second request would have gone nowhere, and the old one is not to be found.
    process.kill(workers()[1] as number, 'SIGKILL');
    await until('a fourth', () => (workers().length >= 4 ? true : undefined));
    const { person, pending } = await logIn(door, portal, 'ada@other.example');
    await portal.complete(pending, person.arrivedAt);
  });
});

it('workers that cannot start end the primary with their message and exit code', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-workers-'));
  const bootstrap = { companies: [{ id: 'acme', nmae: 'Acme' }] };
  const start = startGatehouseProcess({
    issuer: 'http://localhost:3000',
    dataDir,
    bootstrap,
    env: { WORKERS: '2' },
  });
  await expect(start).rejects.toThrow(/ended with 1:[\s\S]*companies\[0\]\.nmae: unknown key/);
  rmSync(dataDir, { recursive: true, force: true });
});
