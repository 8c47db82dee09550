import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumpMongo, dumpRedis } from '../contract/mongo-redis-place.ts';
import { engineEnvironment } from './engine.ts';

// What operators write or read themselves: the bootstrap file, the keys, and mails that were sent.
const NOT_STORAGE = /bootstrap|outbox|secret|key/i;

/** Everything that the storage of a data folder holds, as a thief of its disks would see it. */
export async function rawDump(dataDir: string): Promise<string> {
  const { MONGO_URL, REDIS_URL } = engineEnvironment(dataDir);
  if (!MONGO_URL || !REDIS_URL) return filesOf(dataDir);
  const keyPrefix = `${new URL(MONGO_URL).pathname.slice(1)}:`;
  return (await dumpMongo(MONGO_URL)) + (await dumpRedis(REDIS_URL, keyPrefix));
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
