import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CuttableProxy, createCuttableProxy } from '../contract/cuttable-proxy.ts';
import { engineEnvironment } from '../support/engine.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { until } from '../support/gatehouse-process.ts';
import { type RelyingParty, relyingParty } from '../support/relying-party.ts';
import { beginLogIn, logIn } from '../support/sign-in.ts';
import { PASSWORD, world } from '../support/world.ts';

const onServers = process.env['TEST_ENGINE'] === 'mongo-redis';

// The embedded engine has no server that could go; its disk's faults are shown in test/contract/storage-sqlite.test.ts.
(onServers ? describe : describe.skip)('a storage server that goes away in the middle of a log-in', () => {
  let dataDir: string;
  let redis: CuttableProxy;
  let mongo: CuttableProxy;
  let gatehouse: TestGatehouse;
  let portal: RelyingParty;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-outage-'));
    const { MONGO_URL = '', REDIS_URL = '' } = engineEnvironment(dataDir);
    [mongo, redis] = await Promise.all([proxyTo(MONGO_URL), proxyTo(REDIS_URL)]);
    const env = {
      MONGO_URL: through(mongo, MONGO_URL),
      REDIS_URL: through(redis, REDIS_URL),
      STORAGE_TIMEOUT_SECONDS: '3',
    };
    gatehouse = await startGatehouse({ dataDir, env, bootstrap: world() });
    portal = await relyingParty(gatehouse.issuer);
  });
  afterAll(async () => {
    await gatehouse.stop();
    await Promise.all([mongo.close(), redis.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  });

  const health = async (probe: string) => (await fetch(`${gatehouse.issuer}/health/${probe}`)).status;

  const redeem = (refresh_token: string) =>
    fetch(`${gatehouse.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('portal:portal-secret').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token }),
    });

  it.each([
    // Refresh tokens are durable: with Redis alone away they are served.
    ['Redis', () => redis, 200],
    ['MongoDB', () => mongo, 503],
  ])('%s: pages say so with a reference, and all goes on afterwards without a restart', async (_name, which, refreshed) => {
    const earlier = await logIn(gatehouse, portal, 'ada@other.example');
    const tokens = await portal.complete(earlier.pending, earlier.person.arrivedAt);
    const { person, pending } = await beginLogIn(gatehouse, portal);
    await person.fill('Email', 'ada@other.example').press('Continue');
    const { action, fields } = person.form();

    await which().cut();
    await person.fill('Password', PASSWORD).press('Continue');
    expect([person.status, person.title]).toEqual([503, 'Temporarily unavailable']);
    const reference = person.find('.reference code')?.textContent ?? 'none';
    const lines = gatehouse.logLines().split('\n');
    expect(lines.filter((line) => line.includes(reference)).join()).toContain('storage.unavailable');
    expect([await health('ready'), await health('live')]).toEqual([503, 200]);
    let refreshToken = tokens.refresh_token ?? '';
    const refresh = async () => {
      const answer = await redeem(refreshToken);
      if (answer.ok) refreshToken = ((await answer.json()) as { refresh_token: string }).refresh_token;
      return answer.status;
    };
    expect(await refresh()).toBe(refreshed);
    const begun = await fetch((await portal.begin()).url, {
      redirect: 'manual',
      headers: { accept: 'text/html' },
    });
    expect([begun.status, begun.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await begun.text()).toContain('Temporarily unavailable');

    await which().restore();
    await until('readiness', async () => ((await health('ready')) === 200 ? true : undefined));
    await person.post(action, { ...fields, password: PASSWORD });
    expect((await portal.complete(pending, person.arrivedAt)).claims()?.['email']).toBe('ada@other.example');
    expect(await refresh()).toBe(200);
  });
});

function proxyTo(url: string): Promise<CuttableProxy> {
  const { hostname, port } = new URL(url);
  return createCuttableProxy({ host: hostname, port: Number(port) });
}

function through({ port }: CuttableProxy, url: string): string {
  const there = new URL(url);
  there.host = `127.0.0.1:${port}`;
  // MongoDB announces its own address, which would lead round the proxy.
  if (there.protocol === 'mongodb:') there.searchParams.set('directConnection', 'true');
  return there.href;
}
