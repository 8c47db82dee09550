import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGatehouseProcess, until } from '../support/gatehouse-process.ts';
import { machine } from '../support/protocol-clients.ts';
import { beginSlowRequest } from '../support/slow-request.ts';
import { world } from '../support/world.ts';

const ISSUER = 'http://localhost:3000';
const HOST = { Host: 'localhost:3000' };
const API = { indicator: 'https://api.example/', scopes: ['read'], accessTokenTtlSeconds: 300 };
const BOOTSTRAP = world({ clients: [machine('robot')], resources: [API] });

describe.each(['1', '2'])('SIGTERM, with WORKERS=%s', (workers) => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-drain-'));
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  const start = (env: Record<string, string> = {}) =>
    startGatehouseProcess({
      issuer: ISSUER,
      dataDir,
      bootstrap: BOOTSTRAP,
      env: { WORKERS: workers, ...env },
    });

  it('readiness goes red, then nobody new comes in, then what runs ends with its answer, then the process with 0', async () => {
    const node = await start({ DRAIN_SECONDS: '1' });
    const get = (path: string) => fetch(`http://127.0.0.1:${node.port}${path}`);
    expect((await get('/health/ready')).status).toBe(200);
    const slow = await beginSlowRequest({
      port: node.port,
      path: '/token',
      headers: {
        ...HOST,
        Authorization: `Basic ${btoa('robot:robot-secret')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=read&resource=https%3A%2F%2Fapi.example%2F',
    });
    const ended = node.stop();
    const red = await until('readiness to go red', async () => {
      const answer = await get('/health/ready');
      return answer.status === 503 ? answer : undefined;
    });
    expect(await red.json()).toEqual({ status: 'draining' });
    expect(red.headers.get('connection')).toBe('close');
    expect((await get('/health/live')).status).toBe(200);
    await until('new connections to be refused', async () => ((await accepts(node.port)) ? undefined : true));
    expect(await slow.finish()).toEqual({ status: 200, connection: 'close' });
    expect(await ended).toBe(0);
  });

  it('a second signal ends at once', async () => {
    const node = await start({ DRAIN_SECONDS: '60' });
    const ended = node.stop();
    await until('the first signal to arrive', () => node.logged('stopping')[0]);
    process.kill(node.pid, 'SIGTERM');
    expect(await ended).toBe(1);
  });
});

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
