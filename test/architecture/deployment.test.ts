import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBootstrap } from '#bootstrap';
import { formatProblems, loadConfig, parseNetwork } from '#config';
import { environmentOf, ROOT, readCompose } from '../support/compose-file.ts';

const SECRET_KEYS = 'k'.repeat(64);
const NODES = ['gatehouse-a', 'gatehouse-b'];
const compose = readCompose({ SECRET_KEYS });
const services = Object.entries(compose.services);
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('docker-compose.yml', () => {
  it('has two nodes, a proxy, MongoDB as a replica set, Redis that keeps everything, and a mail catcher', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [...NODES, 'mail', 'mongo', 'proxy', 'redis'].sort(),
    );
    expect(compose.services['mongo']?.image).toMatch(/^mongo:8\./);
    expect(compose.services['mongo']?.command).toEqual(expect.arrayContaining(['--replSet', 'rs0']));
    expect(compose.services['mongo']?.healthcheck?.test.join(' ')).toContain('rs.initiate');
    const redis = compose.services['redis']?.command?.join(' ');
    expect(redis).toContain('--appendonly yes');
    expect(redis).toContain('--maxmemory-policy noeviction');
  });

  it('names only services, networks, volumes and files that there are', () => {
    for (const [name, { image, build, depends_on = {}, volumes = [], networks = [] }] of services) {
      expect([name, image ?? build]).toEqual([name, expect.any(String)]);
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const asked = compose.services[other];
        expect([name, other, asked !== undefined]).toEqual([name, other, true]);
        // A node's check stands in the Dockerfile.
        const checked = asked?.healthcheck !== undefined || asked?.build !== undefined;
        expect([name, other, condition]).toEqual([
          name,
          other,
          checked ? 'service_healthy' : 'service_started',
        ]);
      }
      for (const volume of volumes) {
        const source = volume.split(':')[0] as string;
        const known = source.startsWith('./') ? existsSync(join(ROOT, source)) : source in compose.volumes;
        expect([name, source, known]).toEqual([name, source, true]);
      }
      const joined = Array.isArray(networks) ? networks : Object.keys(networks);
      expect([name, joined]).toEqual([name, Object.keys(compose.networks)]);
    }
  });

  it('gives both nodes one configuration that starts, and that trusts the proxy alone', () => {
    const [a, b] = NODES.map((name) => environmentOf(compose, name));
    expect(b).toEqual(a);
    const loaded = loadConfig({ env: a as Record<string, string> });
    if (loaded.outcome === 'invalid') throw new Error(formatProblems(loaded.problems));
    const { networks } = compose.services['proxy'] ?? {};
    const proxy = (networks as Record<string, { ipv4_address: string }>)['inside']?.ipv4_address ?? '';
    expect(loaded.config.server.trustedProxies).toEqual([proxy]);
    expect(parseNetwork(compose.networks['inside']?.ipam.config[0]?.subnet ?? '')).toBeDefined();
    const hosts = [a?.['MONGO_URL'], a?.['REDIS_URL'], a?.['SMTP_URL']].map(
      (url) => new URL(url ?? '').hostname,
    );
    expect(hosts).toEqual(['mongo', 'redis', 'mail']);
  });

  it('names a version of every image, and lets the nodes write to their volume alone, without rights', () => {
    const images = services.flatMap(([, { image, build }]) => (build ? [] : [image]));
    for (const image of images) expect(image).toMatch(/:v?\d+\.\d+/);
    for (const name of NODES) {
      expect(compose.services[name]).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    }
    expect(read('.gitignore').split('\n')).toContain('.env');
  });

  it('has no secret of its own: without SECRET_KEYS it says what to do', () => {
    expect(() => readCompose({})).toThrow('put SECRET_KEYS into .env');
  });

  it('brings a bootstrap file that is right', () => {
    const env = environmentOf(compose, 'gatehouse-a');
    expect(parseBootstrap(read('deploy/bootstrap.yaml'), { env, baseDir: ROOT })).toMatchObject({
      outcome: 'ok',
    });
  });

  it('leads the proxy to the nodes by their names and port', () => {
    const upstreams = [...read('deploy/nginx.conf').matchAll(/^\s+server (\S+):(\d+) /gm)];
    const { PORT } = environmentOf(compose, 'gatehouse-a');
    expect(upstreams.map(([, host, port]) => [host, port])).toEqual(NODES.map((name) => [name, PORT]));
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');
  const stages = lines.filter((line) => line.startsWith('FROM '));

  it('copies what there is and what the build may see, and installs no development dependency', () => {
    const ignored = read('.dockerignore').split('\n');
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied) {
      expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
      expect(ignored).toContain(`!${source}`);
    }
    expect(lines.some((line) => line.startsWith('RUN npm ci --omit=dev'))).toBe(true);
  });

  it('runs on Node.js 24 as an ordinary user, with the server itself as process 1 and a check of readiness', () => {
    expect(stages).toEqual(['FROM node:24-slim AS dependencies', 'FROM node:24-slim']);
    const last = lines.slice(lines.lastIndexOf(stages[1] as string));
    expect(last).toContain('USER node');
    expect(last).toContain('CMD ["node", "src/main.ts"]');
    expect(last.some((line) => line.includes('/health/ready'))).toBe(true);
  });
});
