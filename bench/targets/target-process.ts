import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ProbeReading, ProbeRequest } from '../probe/probe.ts';

export interface TargetSettings {
  /** The file that is run, from the root of the project. */
  entry: string;
  /** Loaded before it. */
  preload?: string;
  /** Answers 200 as soon as the target can be used. */
  readyPath: string;
  env: Record<string, string>;
  /** A folder of its own for data and logs. */
  folder: string;
  /** Loads the probe; start-up times are measured without. */
  probed: boolean;
  /** For Node.js itself. */
  nodeArguments?: readonly string[];
}

export interface TargetProcess {
  issuer: string;
  pid: number;
  /** From the spawn to the first answer, milliseconds. */
  startedInMs: number;
  /** Forgets what the probe has seen so far. */
  reset(): Promise<void>;
  read(): Promise<ProbeReading>;
  memory(): Promise<NodeJS.MemoryUsage>;
  startProfile(): Promise<void>;
  stopProfile(): Promise<Profiler.Profile>;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROBE = fileURLToPath(new URL('../probe/probe.ts', import.meta.url));
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 5;

const START_ATTEMPTS = 3;

/** @throws Error with the end of the target's log when it does not answer in time */
export async function startTarget(settings: TargetSettings): Promise<TargetProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(settings);
    } catch (error) {
      // Somebody else was faster to take the free port.
      if (attempt === START_ATTEMPTS || !String(error).includes('EADDRINUSE')) throw error;
    }
  }
}

async function start(settings: TargetSettings): Promise<TargetProcess> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const logPath = join(settings.folder, 'target.log');
  const log = openSync(logPath, 'a');
  const files = [
    ...(settings.preload ? [join(ROOT, settings.preload)] : []),
    ...(settings.probed ? [PROBE] : []),
  ];
  const preload = files.flatMap((file) => ['--import', file]);
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      ...(settings.nodeArguments ?? []),
      ...preload,
      join(ROOT, settings.entry),
    ],
    {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], ...settings.env, ISSUER: issuer, PORT: String(port) },
      stdio: ['ignore', log, log, ...(settings.probed ? (['ipc'] as const) : [])],
    },
  );
  closeSync(log);
  if (!(await answers(child, issuer + settings.readyPath, began))) {
    await stop(child);
    throw new Error(`${settings.entry} did not start: ${readFileSync(logPath, 'utf8').slice(-4000)}`);
  }
  const startedInMs = performance.now() - began;
  const ask = async (request: ProbeRequest) => {
    child.send(request);
    const [answer] = await once(child, 'message');
    return answer;
  };
  return {
    issuer,
    pid: child.pid ?? 0,
    startedInMs,
    async reset() {
      await ask('reset');
    },
    read: () => ask('read'),
    memory: () => ask('memory'),
    async startProfile() {
      await ask('profile-start');
    },
    stopProfile: () => ask('profile-stop'),
    stop: () => stop(child),
  };
}

async function answers(child: ChildProcess, url: string, began: number): Promise<boolean> {
  while (performance.now() - began < START_LIMIT_MS && child.exitCode === null) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return true;
    await wait(POLL_MS);
  }
  return false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(force);
}

/** Free a moment ago; the target is told so because its issuer must be known before it listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
