import type { Entry, Layout, RawQuery, Row, Scope, Table, WriteOutcome } from '../engine.ts';
import type { RedisClient } from './redis-client.ts';
import { entriesOf, lexRange, pageRange, positionOf } from './redis-encoding.ts';
import type { Service } from './service.ts';

/** How long after its expiry Redis removes a document that has no index entries; others wait for the sweep. */
const TTL_GRACE_MS = 60_000;
const SWEEP_BATCH = 500;

/** Fields of a document's hash: body, revision, version, expiry. */
type Fields = (string | null)[];

export interface RedisTableParts {
  service: Service;
  client: RedisClient;
  /** Begins every Redis key of the collection. */
  prefix: string;
  /** Tells other nodes of a change. */
  announce: (key: string) => void;
}

/** One volatile collection. Verbs are Lua scripts, plain reads plain commands. */
export function createRedisTable(
  layout: Layout,
  { service, client, prefix, announce }: RedisTableParts,
): Table {
  const { ask } = service;
  const hash = (key: string) => `${prefix}d:${key}`;
  const hasEntries = layout.index.length + layout.unique.length > 0;

  async function write(
    mode: 'insert' | 'put' | 'replace',
    entry: Entry,
    rev: number,
    now: number,
  ): Promise<WriteOutcome> {
    const { key, version, body, expiresAt } = entry;
    // Relative, so that it doesn't matter whose clock is right; index entries can't expire, so their documents mustn't.
    const ttl = expiresAt === null || hasEntries ? '' : Math.max(0, expiresAt - now) + TTL_GRACE_MS;
    const entries = JSON.stringify(entriesOf(layout, entry));
    const answer = (await ask(() =>
      client.ghWrite(prefix, mode, key, now, rev, entry.rev, version, body, expiresAt ?? '', ttl, entries),
    )) as string;
    if (answer === 'written') announce(key);
    return answer === 'written' || answer === 'stale' ? answer : { taken: answer.slice('taken:'.length) };
  }

  async function readAll(keys: readonly string[]): Promise<Row[]> {
    if (keys.length === 0) return [];
    const pipeline = client.pipeline();
    for (const key of keys) pipeline.hmget(hash(key), 'b', 'r', 'v', 'e');
    const answers = (await ask(() => pipeline.exec())) ?? [];
    return keys.flatMap((key, at) => {
      const [error, fields] = answers[at] ?? [];
      if (error) throw error;
      return rowOf(key, fields as Fields) ?? [];
    });
  }

  return {
    insert: (entry, now) => write('insert', entry, 0, now),
    put: (entry, now) => write('put', entry, 0, now),
    replace: (entry, rev, now) => write('replace', entry, rev, now),
    async get(key, now) {
      const row = rowOf(key, await ask(() => client.hmget(hash(key), 'b', 'r', 'v', 'e')));
      return row && isLive(row, now) ? row : undefined;
    },
    getMany: async (keys, now) => (await readAll(keys)).filter((row) => isLive(row, now)),
    async consume(key, now) {
      const fields = (await ask(() => client.ghConsume(prefix, key, now))) as Fields | null;
      if (fields) announce(key);
      return fields ? rowOf(key, fields) : undefined;
    },
    async find(query: RawQuery, now) {
      const { min, max } = pageRange(query);
      const order = query.reverse
        ? (['ZREVRANGEBYLEX', max, min] as const)
        : (['ZRANGEBYLEX', min, max] as const);
      const found = (await ask(() =>
        client.ghFind(prefix, query.index.name, ...order, query.limit, now),
      )) as [string, Fields][];
      return found.map(([member, fields]) => {
        const row = rowOf(member.slice(member.lastIndexOf('\0') + 1), fields) as Row;
        return { ...row, position: positionOf(member, query.equals.length) };
      });
    },
    async count(scope: Scope, now) {
      const { min, max } = lexRange(scope);
      return Number(await ask(() => client.ghCount(prefix, scope.index.name, min, max, now)));
    },
    async deleteWhere(scope: Scope, now) {
      const { min, max } = lexRange(scope);
      const deleted = Number(await ask(() => client.ghDeleteWhere(prefix, scope.index.name, min, max, now)));
      if (deleted > 0) announce('*');
      return deleted;
    },
    async scan(after, limit) {
      const pattern = `${hash('').replace(/[\\*?[\]]/g, '\\$&')}*`;
      const [cursor, found] = await ask(() => client.scan(after ?? '0', 'MATCH', pattern, 'COUNT', limit));
      const rows = await readAll(found.map((name) => name.slice(hash('').length)));
      return cursor === '0' ? { rows } : { rows, next: cursor };
    },
    async sweep(now) {
      let removed = 0;
      for (;;) {
        const batch = Number(await ask(() => client.ghSweep(prefix, now, SWEEP_BATCH)));
        removed += batch;
        if (batch < SWEEP_BATCH) return removed;
      }
    },
    durable: () => Promise.resolve(),
  };
}

function rowOf(key: string, [body, rev, version, expiry]: Fields): Row | undefined {
  if (typeof body !== 'string') return undefined;
  return { key, body, rev: Number(rev), version: Number(version), expiresAt: expiry ? Number(expiry) : null };
}

const isLive = ({ expiresAt }: Row, now: number) => expiresAt === null || expiresAt > now;
