import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const START_LIMIT_MS = 20_000;

/** A server process of its own that can be ended and started again on the same port and data. */
export interface ServiceProcess {
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
  stall(): void;
  goOn(): void;
}

export interface Services {
  env: { MONGO_URL: string; REDIS_URL: string; SECRET_KEYS: string };
  mongo: ServiceProcess;
  redis: ServiceProcess;
  stop(): Promise<void>;
}

/**
 * The script that SERVICES_UP names: it starts both servers and prints MONGO_URL, REDIS_URL and SERVICES_RUN, the folder
 * with their `*.pid`. `down` beside it ends them.
 */
export function servicesScript(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const path = env['SERVICES_UP'];
  if (!path) return undefined;
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

export async function startServices(script: string): Promise<Services> {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-fault-services-'));
  const ports = { MONGO_PORT: String(await freePort()), REDIS_PORT: String(await freePort()) };
  const { stdout } = await run(script, { env: { ...process.env, SERVICES_DATA: data, ...ports } });
  const told = Object.fromEntries(
    [...stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, key, value]) => [key, value]),
  ) as Record<'MONGO_URL' | 'REDIS_URL' | 'SERVICES_RUN', string>;
  const pidFile = (name: 'mongo' | 'redis') => join(told.SERVICES_RUN, `${name}.pid`);
  const mongo = serviceProcess(pidFile('mongo'), Number(ports.MONGO_PORT), commandOf);
  const redis = serviceProcess(pidFile('redis'), Number(ports.REDIS_PORT), redisCommand);
  return {
    env: {
      MONGO_URL: told.MONGO_URL,
      REDIS_URL: told.REDIS_URL,
      SECRET_KEYS: 'fault-runs-only-key-0123456789-0123456789',
    },
    mongo,
    redis,
    async stop() {
      // A stalled process hears nothing else.
      mongo.goOn();
      redis.goOn();
      await run(join(dirname(script), 'down'), { env: { ...process.env, ...told } });
      rmSync(data, { recursive: true, force: true });
    },
  };
}

interface Command {
  program: string;
  args: string[];
}

function serviceProcess(
  pidFile: string,
  port: number,
  command: (pid: number, port: number) => Command,
): ServiceProcess {
  let pid = Number(readFileSync(pidFile, 'utf8'));
  const { program, args } = command(pid, port);
  return {
    async end(signal) {
      signalTo(pid, signal);
      while (isThere(pid)) await wait(20);
    },
    async start() {
      const child = spawn(program, args, { detached: true, stdio: 'ignore' });
      child.unref();
      pid = child.pid ?? 0;
      writeFileSync(pidFile, `${pid}\n`);
      await listening(port);
    },
    stall: () => signalTo(pid, 'SIGSTOP'),
    goOn: () => signalTo(pid, 'SIGCONT'),
  };
}

/** What was started by `up` is started again by the command line that it had. */
function commandOf(pid: number): Command {
  const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  return { program, args };
}

/** As `up` starts it: everything in the append-only file of the folder that it works in. */
function redisCommand(pid: number, port: number): Command {
  const settings = {
    '--bind': '127.0.0.1',
    '--port': String(port),
    '--dir': readlinkSync(`/proc/${pid}/cwd`),
  };
  const append = ['--appendonly', 'yes', '--save', ''];
  return { program: 'redis-server', args: [...Object.entries(settings).flat(), ...append] };
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A child of ours that has ended but was not waited for.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function listening(port: number): Promise<void> {
  const end = performance.now() + START_LIMIT_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    if (performance.now() > end) throw new Error(`nothing listens on port ${port}`);
    await wait(20);
  }
}

/** Free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
