import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dropDatabase } from '../../bench/targets/drop-database.ts';
import { dumpMongo, dumpRedis } from '../contract/mongo-redis-place.ts';
import { engineEnvironment } from './engine.ts';

// What operators write or read themselves: the bootstrap file, the keys, and mails that were sent.
const NOT_STORAGE = /bootstrap|outbox|secret|key/i;

/** Everything that the storage of a data folder holds, as a thief of its disks would see it. */
export async function rawDump(dataDir: string): Promise<string> {
  const servers = serversOf(dataDir);
  if (!servers) return filesOf(dataDir);
  return (await dumpMongo(servers.mongoUrl)) + (await dumpRedis(servers.redisUrl, servers.keyPrefix));
}

/** Ends what a test kept in a data folder, or on servers in its place: those look through all of their databases again and again. */
export async function removeStorage(dataDir: string): Promise<void> {
  rmSync(dataDir, { recursive: true, force: true });
  const servers = serversOf(dataDir);
  if (servers) await dropDatabase(servers);
}

function serversOf(dataDir: string) {
  const { MONGO_URL: mongoUrl, REDIS_URL: redisUrl } = engineEnvironment(dataDir);
  if (!mongoUrl || !redisUrl) return undefined;
  return { mongoUrl, redisUrl, keyPrefix: `${new URL(mongoUrl).pathname.slice(1)}:` };
}

function filesOf(dataDir: string): string {
  const names = readdirSync(dataDir).filter((name) => !NOT_STORAGE.test(name));
  return names.map((name) => readFileSync(join(dataDir, name), 'latin1')).join('\n');
}

/** The forms in which a value might lie about. */
export function disguises(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}
