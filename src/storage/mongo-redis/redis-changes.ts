import type { Redis } from 'ioredis';
import type { Log } from '#kernel';
import type { ChangeFeed } from '../engine.ts';
import type { Service } from './service.ts';

/** Says that the set of watched collections grew. */
const WATCHED = '+watched';

/** Change notices by publish/subscribe, on a connection of their own. Notices missed while it was away become one "anything". */
export interface RedisChanges extends ChangeFeed {
  start(): Promise<void>;
  /** Tells other nodes, without waiting for it, of a change of a collection that somebody watches. */
  announce(collection: string, key: string): void;
}

export interface RedisChangesParts {
  client: Redis;
  subscriber: Redis;
  service: Service;
  /** Begins the names of channel and set; unlike keys, channels don't know of database numbers. */
  prefix: string;
  /** A name that no other node has. */
  origin: string;
  log: Log;
}

export function createRedisChanges({
  client,
  subscriber,
  service,
  prefix,
  origin,
  log,
}: RedisChangesParts): RedisChanges {
  const channel = `${prefix}changes`;
  const setKey = `${prefix}watched`;
  const requested = new Set<string>();
  const watched = new Set<string>();
  const listeners: ((collection: string, key: string) => void)[] = [];
  let started = false;
  const failed = (error: unknown) =>
    log.warn({ service: service.name, err: error }, 'change notice not sent');
  const tell = (collection: string, key: string) => {
    for (const listener of listeners) listener(collection, key);
  };
  const publish = (collection: string, key: string) => {
    client.publish(channel, JSON.stringify([origin, collection, key])).catch(failed);
  };

  /** The names are in Redis, so that writers which don't watch themselves (the CLI) send notices too. */
  async function exchangeNames(): Promise<void> {
    const added = requested.size > 0 ? await service.ask(() => client.sadd(setKey, ...requested)) : 0;
    for (const name of await service.ask(() => client.smembers(setKey))) watched.add(name);
    if (added > 0) publish(WATCHED, '');
  }

  function receive(message: string): void {
    const [sender, collection, key] = JSON.parse(message) as [string, string, string];
    if (sender === origin) return;
    if (collection === WATCHED) exchangeNames().catch(failed);
    else tell(collection, key);
  }

  return {
    async start() {
      subscriber.on('message', (_channel, message) => receive(message));
      await service.ask(() => subscriber.subscribe(channel));
      await exchangeNames();
      started = true;
      subscriber.on('ready', () => {
        tell('*', '*');
        exchangeNames().catch(failed);
      });
    },
    announce(collection, key) {
      if (watched.has(collection)) publish(collection, key);
    },
    watch(collections) {
      for (const name of collections) {
        requested.add(name);
        // Own writes are announced from now on, others' as soon as they learn of it.
        watched.add(name);
      }
      if (started) exchangeNames().catch(failed);
    },
    listen(listener) {
      listeners.push(listener);
    },
  };
}
