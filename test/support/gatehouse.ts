import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGatehouse, type Gatehouse } from '#app';
import { type Config, formatProblems, loadConfig } from '#config';
import type { Clock } from '#kernel';
import { createLogger } from '#ops';
import type { Engine } from '#storage';
import { engineEnvironment } from './engine.ts';
import { removeStorage } from './stored-data.ts';

export interface TestGatehouse extends Gatehouse {
  issuer: string;
  dataDir: string;
  /** Every log line so far, as text. */
  logLines(): string;
  /** Waits until all pending work is done that is due by now: messages, notices, audit. */
  settle(): Promise<void>;
  /** Messages sent so far, oldest first, once all pending work is done. */
  sentMessages(): Promise<SentMessage[]>;
  stop(): Promise<void>;
}

export interface SentMessage {
  at: string;
  channel: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface TestOptions {
  /** A function where parts of it must know the issuer. */
  bootstrap?: object | ((issuer: string) => Promise<object>);
  env?: Record<string, string>;
  clock?: Clock;
  wrapEngine?: (engine: Engine) => Engine;
  /** Kept by the caller, to start again on the same data. */
  dataDir?: string;
}

/** Cheap hashes: the journeys are about order and rules, the hashes have tests of their own. */
export const CHEAP_HASH = { ARGON2_MEMORY_KIB: '1024', ARGON2_TIME_COST: '1' };

/** A whole Gatehouse on a port of its own, on the engine that the environment names. */
export async function startGatehouse(options: TestOptions = {}): Promise<TestGatehouse> {
  // As in production: a busy test must not lose a connection that it is about to use again.
  const server = createServer({ keepAliveTimeout: 65_000 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const bootstrapFile = join(dataDir, 'bootstrap.json');
  const { bootstrap } = options;
  const content = typeof bootstrap === 'function' ? await bootstrap(issuer) : bootstrap;
  if (content) writeFileSync(bootstrapFile, JSON.stringify(content));
  const config = configOf({
    ISSUER: issuer,
    DATA_DIR: dataDir,
    ...CHEAP_HASH,
    ...engineEnvironment(dataDir),
    ...(content ? { BOOTSTRAP_FILE: bootstrapFile } : {}),
    ...options.env,
  });
  const lines: string[] = [];
  const log = createLogger({
    level: 'debug',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const { clock, wrapEngine } = options;
  const gatehouse = await createGatehouse({
    config,
    log,
    ...(clock && { clock }),
    ...(wrapEngine && { wrapEngine }),
  });
  await gatehouse.start().catch(async (error: Error & { params?: object }) => {
    server.close();
    await gatehouse.close();
    throw new Error(`${error.message} ${JSON.stringify(error.params ?? {})}`, { cause: error });
  });
  server.on('request', gatehouse.web.http.app.callback());
  return {
    ...gatehouse,
    issuer,
    dataDir,
    logLines: () => lines.join(''),
    settle: () => finishWork(gatehouse),
    sentMessages: () => sentMessages(gatehouse, dataDir),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await gatehouse.close();
      if (!options.dataDir) await removeStorage(dataDir);
    },
  };
}

function configOf(env: Record<string, string>): Config {
  const loaded = loadConfig({ env });
  if (loaded.outcome === 'invalid') throw new Error(formatProblems(loaded.problems));
  return loaded.config;
}

/** The workers pause meanwhile: what they had taken is finished, what is left is done here. */
async function finishWork({ relay, queue }: Gatehouse): Promise<void> {
  await relay.stop();
  await relay.drain();
  await queue.stop();
  while ((await queue.runDue()) > 0);
  relay.start();
  queue.start({ intervalMs: 1_000 });
}

async function sentMessages(gatehouse: Gatehouse, dataDir: string): Promise<SentMessage[]> {
  await finishWork(gatehouse);
  const path = join(dataDir, 'outbox.jsonl');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SentMessage);
}
