import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchWorld } from '../world.ts';
import type { TargetSettings } from './target-process.ts';

export const TARGET_NAMES = ['bare', 'embedded', 'mongo-redis'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

export interface Target {
  name: TargetName;
  settings: Omit<TargetSettings, 'probed'>;
  /** Processes of the databases, whose CPU counts too. */
  databasePids: readonly number[];
  /** Set for a database of this run's own, which is dropped at its end. */
  database?: Database;
}

export interface Database {
  mongoUrl: string;
  redisUrl: string;
  /** Of every key in Redis. */
  keyPrefix: string;
}

export interface HashSettings {
  memoryKiB: number;
  timeCost: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `folder`: for this target alone; `env`: MONGO_URL, REDIS_URL and SERVICES_RUN, the folder with the databases' `*.pid`. */
export function prepareTarget(
  name: TargetName,
  { folder, world, hash, env }: { folder: string; world: BenchWorld; hash: HashSettings; env: Environment },
): Target {
  mkdirSync(folder, { recursive: true });
  const bootstrapFile = join(folder, 'bootstrap.json');
  writeFileSync(bootstrapFile, JSON.stringify(world));
  const common = { BOOTSTRAP_FILE: bootstrapFile };
  if (name === 'bare') {
    const settings = { entry: 'bench/targets/bare.ts', readyPath: '/.well-known/openid-configuration' };
    return { name, settings: { ...settings, env: common, folder }, databasePids: [] };
  }
  const database = name === 'mongo-redis' ? ownDatabase(env) : undefined;
  return {
    name,
    settings: {
      // As `npm start` does.
      preload: 'src/compile-cache.js',
      entry: 'src/main.ts',
      readyPath: '/health/ready',
      env: { ...common, ...gatehouseEnvironment(folder, hash), ...databaseEnvironment(database) },
      folder,
    },
    databasePids: database ? pidsIn(env['SERVICES_RUN']) : [],
    ...(database && { database }),
  };
}

/** Every request comes from one address here. All else is what an installation gets without settings of its own. */
function gatehouseEnvironment(folder: string, hash: HashSettings): Record<string, string> {
  return {
    DATA_DIR: join(folder, 'data'),
    ARGON2_MEMORY_KIB: String(hash.memoryKiB),
    ARGON2_TIME_COST: String(hash.timeCost),
    LIMIT_LOGINS_PER_MINUTE: '100000',
    LIMIT_AUTHORIZATIONS_PER_MINUTE: '1000000',
    LIMIT_RESETS_PER_MINUTE: '100000',
  };
}

function databaseEnvironment(database: Database | undefined): Record<string, string> {
  if (!database) return {};
  return {
    MONGO_URL: database.mongoUrl,
    REDIS_URL: database.redisUrl,
    SECRET_KEYS: randomBytes(48).toString('base64url'),
  };
}

function ownDatabase(env: Environment): Database {
  const mongo = new URL(env['MONGO_URL'] ?? '');
  mongo.pathname = `/gatehouse-bench-${randomBytes(4).toString('hex')}`;
  return { mongoUrl: mongo.href, redisUrl: env['REDIS_URL'] ?? '', keyPrefix: `${mongo.pathname.slice(1)}:` };
}

function pidsIn(folder: string | undefined): number[] {
  if (!folder) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.pid'));
  return files.map((name) => Number(readFileSync(join(folder, name), 'utf8')));
}
