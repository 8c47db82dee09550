import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Log } from '#kernel';
import { MAX_AGE_MS } from '../copies.ts';
import type { ChangeFeed, OnChange } from '../engine.ts';
import { knownOf } from '../index-result.ts';
import { createFence } from './fence.ts';
import type { Service } from './service.ts';

/** Says that the set of watched collections grew. */
const WATCHED = '+watched';
const RESUME_RETRY_MS = 500;

/**
 * Change notices by publish/subscribe, on a connection of their own. Notices missed while it was away become one "anything".
 * An answered PING on that connection proves that all notices before it have arrived: Redis sends in order.
 */
export interface RedisChanges extends ChangeFeed {
  start(): Promise<void>;
  /** Tells other nodes, without waiting for it, of a change of a collection that somebody watches. */
  announce(collection: string, key: string, isNew?: boolean): void;
  /** Resolves when no copy of the former state can be read any more: Redis has the notice, or all copies are too old. */
  told: (...change: Parameters<OnChange>) => Promise<void>;
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
  const listeners: OnChange[] = [];
  let started = false;
  const failed = (error: unknown) =>
    log.warn({ service: service.name, err: error }, 'change notice not sent');
  const tell: OnChange = (...change) => {
    for (const listener of listeners) listener(...change);
  };
  const publish = (...change: Parameters<OnChange>) =>
    client.publish(channel, JSON.stringify([origin, ...change])).catch(failed);
  const fence = createFence({
    ping: () => subscriber.ping(),
    lost: () => tell('*', '*', []),
  });

  /** The names are in Redis, so that writers which don't watch themselves (the CLI) send notices too. */
  async function exchangeNames(): Promise<void> {
    const added = requested.size > 0 ? await service.ask(() => client.sadd(setKey, ...requested)) : 0;
    for (const name of await service.ask(() => client.smembers(setKey))) watched.add(name);
    if (added > 0) publish(WATCHED, '', []);
  }

  function receive(message: string): void {
    const [sender, collection, key, results = []] = JSON.parse(message) as [
      string,
      string,
      string,
      string[] | undefined,
    ];
    if (sender === origin) return;
    if (collection === WATCHED) exchangeNames().catch(failed);
    else tell(collection, key, results);
  }

  async function resume(): Promise<void> {
    await service.ask(() => subscriber.subscribe(channel));
    fence.open();
    await exchangeNames();
  }

  /** As long as this connection lives: a stalled server may take its time to subscribe. */
  async function resumePatiently(): Promise<void> {
    while (subscriber.status === 'ready') {
      try {
        return await resume();
      } catch (error) {
        failed(error);
        await wait(RESUME_RETRY_MS, undefined, { ref: false });
      }
    }
  }

  return {
    caughtUp: fence.passed,
    async start() {
      subscriber.on('message', (_channel, message) => receive(message));
      subscriber.on('close', fence.close);
      await resume();
      started = true;
      subscriber.on('ready', () => {
        void resumePatiently();
      });
    },
    announce(collection, key, isNew = false) {
      const isWanted = watched.has(collection) || (!isNew && watched.has(knownOf(collection)));
      if (isWanted) publish(collection, key, []);
    },
    told: (...change) =>
      new Promise((resolve) => {
        const tooOld = setTimeout(resolve, MAX_AGE_MS);
        publish(...change).then((receivers) => {
          if (receivers === undefined) return;
          clearTimeout(tooOld);
          resolve();
        });
      }),
    watch(collections, only) {
      for (const name of only ? collections.map(knownOf) : collections) {
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
