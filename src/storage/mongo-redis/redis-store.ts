import type { Log } from '#kernel';
import type { ChangeFeed, Layout, Table } from '../engine.ts';
import { signatureOf } from '../layout.ts';
import { createRedisChanges, type RedisChanges } from './redis-changes.ts';
import { checkRedisSettings, connectRedis, createRedisClient } from './redis-client.ts';
import { createRedisTable } from './redis-table.ts';
import type { Service } from './service.ts';

/** The Redis side: two connections (commands and notices), volatile collections, and the catalog of their declarations. */
export interface RedisStore {
  table(layout: Layout): Table;
  /** Tells other nodes of a change. */
  announce: RedisChanges['announce'];
  told: RedisChanges['told'];
  changes: ChangeFeed;
  /** Resolves with the collections whose declaration changed. */
  open(layouts: readonly Layout[]): Promise<string[]>;
  rebuilt(layout: Layout): Promise<void>;
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface RedisStoreParts {
  url: string;
  keyPrefix: string;
  service: Service;
  /** A name that no other node has. */
  origin: string;
  log: Log;
}

export function createRedisStore({ url, keyPrefix, service, origin, log }: RedisStoreParts): RedisStore {
  const client = createRedisClient(url, service, log);
  const subscriber = createRedisClient(url, service, log);
  const prefix = `${keyPrefix}${client.options.db ?? 0}:`;
  const changes = createRedisChanges({ client, subscriber, service, prefix, origin, log });
  const catalog = `${prefix}catalog`;

  return {
    changes,
    announce: changes.announce,
    told: changes.told,
    table: (layout) =>
      createRedisTable(layout, {
        service,
        client,
        prefix: `${prefix}${layout.name}:`,
        announce: (key) => changes.announce(layout.name, key),
      }),
    async open(layouts) {
      await connectRedis(client, service);
      try {
        await checkRedisSettings(client, service, log);
        await connectRedis(subscriber, service);
        await changes.start();
        const known = await service.ask(() => client.hgetall(catalog));
        return layouts.filter((layout) => known[layout.name] !== signatureOf(layout)).map(({ name }) => name);
      } catch (error) {
        await this.close();
        throw error;
      }
    },
    async rebuilt(layout) {
      await service.ask(() => client.hset(catalog, layout.name, signatureOf(layout)));
    },
    async check() {
      await service.ask(() => client.ping());
    },
    async close() {
      // Lets notices on their way go out; fails at once where there is no connection.
      await Promise.allSettled([client.quit(), subscriber.quit()]);
      subscriber.disconnect();
      client.disconnect();
    },
  };
}
