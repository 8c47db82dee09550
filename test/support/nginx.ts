import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './compose-file.ts';
import { until } from './gatehouse-process.ts';
import { NGINX } from './left-out.js';

export interface Nginx {
  origin: string;
  /** Of each answer so far: its path, its status, and the nodes that were asked for it. */
  answers(): { path: string; status: number; upstreams: string[] }[];
  stop(): Promise<void>;
}

/** deploy/nginx.conf in nginx itself, on a loopback address; `hosts` says where the names in it lead. */
export async function startNginx(address: string, hosts: Readonly<Record<string, string>>): Promise<Nginx> {
  const dir = mkdtempSync(join(tmpdir(), 'gatehouse-nginx-'));
  const conf = join(dir, 'nginx.conf');
  writeFileSync(conf, placed(readFileSync(join(ROOT, 'deploy/nginx.conf'), 'utf8'), { address, hosts, dir }));
  // Its workers are nobody, as far as this folder is concerned.
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, 'pages'));
  copyFileSync(join(ROOT, 'deploy/fallback.html'), join(dir, 'pages/fallback.html'));
  const options = ['-p', dir, '-c', conf, '-e', 'stderr', '-g', `pid ${dir}/nginx.pid;`];
  const log = join(dir, 'log');
  // A file: nginx cannot open a standard output that is a socket.
  const output = openSync(log, 'a');
  const stdio = ['ignore', output, output] satisfies StdioOptions;
  const { status } = spawnSync(NGINX, ['-t', ...options], { stdio });
  if (status !== 0) throw new Error(`nginx -t: ${readFileSync(log, 'utf8')}`);
  const child = spawn(NGINX, [...options.slice(0, -1), `${options.at(-1)} daemon off;`], { stdio });
  const origin = `http://${address}:8080`;
  await until('nginx', () =>
    fetch(origin).then(
      () => true,
      () => failure(child, log),
    ),
  );
  return {
    origin,
    answers: () => answersIn(readFileSync(log, 'utf8')),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What a container gives: names of hosts, an address of its own, folders that it may write to. */
function placed(
  text: string,
  { address, hosts, dir }: { address: string; hosts: Readonly<Record<string, string>>; dir: string },
): string {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir}/${name};`,
  );
  const here = text.replace('http {', `http { ${folders.join(' ')}`).replace('listen ', `listen ${address}:`);
  return Object.entries(hosts).reduce(
    (conf, [name, at]) => conf.replace(`server ${name}:`, `server ${at}:`),
    here,
  );
}

function failure(child: ChildProcess, log: string): undefined {
  if (child.exitCode !== null) throw new Error(`nginx ended: ${readFileSync(log, 'utf8')}`);
  return undefined;
}

const ANSWER = /^\S+ "\S+ (\S+)" (\d+) ([^\s,]+(?:, [^\s,]+)*) /gm;

function answersIn(log: string): ReturnType<Nginx['answers']> {
  return [...log.matchAll(ANSWER)].map(([, path = '', status, upstreams = '']) => ({
    path,
    status: Number(status),
    upstreams: upstreams.split(', '),
  }));
}
