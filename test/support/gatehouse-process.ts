import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { engineEnvironment } from './engine.ts';
import { CHEAP_HASH, type SentMessage } from './gatehouse.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Gatehouse as operators run it: `node src/main.ts`, a process of its own on any free port. */
export interface GatehouseProcess {
  port: number;
  pid: number;
  /** Every line of its log so far that says `message`. */
  logged(message: string): Record<string, unknown>[];
  /** Standard output and error so far. */
  logLines(): string;
  /** kill -9: nothing is tidied up. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** To the preloaded module. */
  tell(message: object): void;
}

export interface ProcessOptions {
  /** Where people reach it: the address of a front door. */
  issuer: string;
  dataDir: string;
  bootstrap?: object;
  env?: Record<string, string>;
  /** A module that is loaded before all others and can be told things. */
  preload?: string;
}

export async function startGatehouseProcess(options: ProcessOptions): Promise<GatehouseProcess> {
  const { issuer, dataDir, bootstrap, env, preload } = options;
  const bootstrapFile = join(dataDir, 'bootstrap.json');
  if (bootstrap) writeFileSync(bootstrapFile, JSON.stringify(bootstrap));
  const preloaded = preload ? ['--import', preload] : [];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...preloaded, MAIN], {
    env: {
      ...outside(),
      PORT: '0',
      ISSUER: issuer,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'debug',
      ...CHEAP_HASH,
      ...engineEnvironment(dataDir),
      ...(bootstrap ? { BOOTSTRAP_FILE: bootstrapFile } : {}),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', ...(preload ? (['ipc'] as const) : [])],
  });
  const lines: string[] = [];
  child.stderr?.on('data', (chunk) => lines.push(String(chunk)));
  const port = await listeningPort(child, lines);
  return {
    port,
    pid: child.pid ?? 0,
    logged: (message) => loggedIn(lines, message),
    logLines: () => lines.join('\n'),
    async kill() {
      await end(child, 'SIGKILL');
    },
    stop: () => end(child, 'SIGTERM'),
    tell: (message) => child.send(message),
  };
}

function loggedIn(lines: readonly string[], message: string): Record<string, unknown>[] {
  const end = `"msg":"${message}"}`;
  return lines
    .filter((line) => line.endsWith(end))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Nothing of the machine's own settings for a Gatehouse gets in. */
function outside(): Record<string, string> {
  const { PATH = '' } = process.env;
  return { PATH };
}

async function listeningPort(child: ChildProcess, lines: string[]): Promise<number> {
  const output = createInterface(child.stdout as NodeJS.ReadableStream);
  const listening = new Promise<number>((resolve, reject) => {
    output.on('line', (line) => {
      lines.push(line);
      const [listening] = loggedIn([line], 'listening');
      if (listening) resolve(Number(listening['port']));
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${lines.join('\n')}`)));
  });
  return listening;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

/** What is in the outbox of a data folder, oldest first. */
export function outboxOf(dataDir: string): SentMessage[] {
  const path = join(dataDir, 'outbox.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as SentMessage);
}

/** Waits for something that other processes do. @throws Error when it doesn't happen */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  { patienceMs = 10_000 }: { patienceMs?: number } = {},
): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
