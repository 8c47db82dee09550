import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, type Log, type Randomness, type SecretBox, systemRandomness } from '#kernel';
import type { Backoff } from './collection-parts.ts';
import { createCopies } from './copies.ts';
import { createCodec, resealEmission } from './document-codec.ts';
import { drainEmissions } from './emission-relay.ts';
import type { Engine } from './engine.ts';
import type { Found } from './found.ts';
import { layoutOf } from './layout.ts';
import { type AnyParts, migrateOld, rebuildIndexes, resealStale } from './maintenance.ts';
import type { ChangeNotice, CollectionSpec, Storage } from './port.ts';
import { createSharedProofs } from './shared-proofs.ts';
import { createStoredCollection } from './stored-collection.ts';

export interface StorageParts {
  clock: Clock;
  secretBox: SecretBox;
  log: Log;
  randomness?: Randomness;
  /** Milliseconds by a clock that nobody sets: for the age of copies. */
  elapsed?: () => number;
}

interface Watcher {
  collections: ReadonlySet<string>;
  listener: (notice: ChangeNotice) => void;
}

const DRAIN_LIMIT = 1000;

/** The storage port over one engine: what all engines share is built here, once. */
export function createStorage(engine: Engine, parts: StorageParts): Storage {
  const { clock, secretBox, log, randomness = systemRandomness, elapsed = () => performance.now() } = parts;
  const collections = new Map<string, AnyParts>();
  const watchers: Watcher[] = [];
  const emissionListeners: (() => void)[] = [];
  const nextRevision = createRevisions(randomness);
  const backoff = createBackoff(randomness);
  const proofs = createSharedProofs(engine.changes.caughtUp, elapsed);

  const call = (listener: () => void) => {
    try {
      listener();
    } catch (error) {
      log.error({ err: error }, 'a listener of storage failed');
    }
  };
  const notify = (collection: string, key: string) => {
    for (const { collections: names, listener } of watchers) {
      const concerned = collection === '*' ? [...names] : names.has(collection) ? [collection] : [];
      for (const name of concerned) call(() => listener({ collection: name, key }));
    }
  };
  engine.changes.listen((collection, key, results) => {
    const concerned = collection === '*' ? collections.values() : [collections.get(collection)];
    if (collection === '*') proofs.lost();
    for (const one of concerned) one?.copies?.drop(key, results);
    notify(collection, key);
  });

  async function eachCollection(task: (parts: AnyParts) => Promise<number>): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const [name, one] of collections) counts[name] = await task(one);
    return counts;
  }
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

  return {
    collection<T extends object>(spec: CollectionSpec<T>) {
      if (collections.has(spec.name)) throw new TypeError(`collection ${spec.name} is declared twice`);
      const layout = layoutOf(spec);
      const codec = createCodec(spec, layout, secretBox);
      const changed = (key: string, emitted: boolean) => {
        notify(spec.name, key);
        if (emitted) for (const listener of emissionListeners) call(listener);
      };
      const copies =
        layout.cache && spec.cache && engine.caches(layout.cache)
          ? createCopies<Found<T>>(spec.cache.max, elapsed)
          : undefined;
      // Nodes of an older release, which know nothing of copies, are to send notices too.
      if (copies) engine.changes.watch([spec.name], 'known');
      const table = engine.table(layout);
      const one = {
        ...{ spec, layout, table, codec, clock, log, nextRevision, backoff, changed },
        proofs,
        ...(copies && { copies }),
      };
      collections.set(spec.name, one);
      return createStoredCollection(one);
    },
    async open() {
      for (const name of await engine.open()) {
        await rebuildIndexes(collections.get(name) as AnyParts, log);
        await engine.rebuilt(name);
      }
    },
    close: () => engine.close(),
    check: () => engine.check(),
    readTogether: proofs.readTogether,
    drainEmissions: (deliver, limit = DRAIN_LIMIT) =>
      drainEmissions({ queue: engine.emissions, secretBox, clock, log }, deliver, limit),
    onEmission(listener) {
      emissionListeners.push(listener);
    },
    watch(names, listener) {
      watchers.push({ collections: new Set(names), listener });
      engine.changes.watch(names);
    },
    sweep: async () => sum(await eachCollection(({ table }) => table.sweep(clock.now()))),
    migrate: () => eachCollection(migrateOld),
    async reseal() {
      const documents = sum(await eachCollection(resealStale));
      return documents + (await engine.emissions.rewrite((emission) => resealEmission(secretBox, emission)));
    },
  };
}

/** Revisions never repeat, over delete and insert neither: a random start of 48 bits, then one up. */
function createRevisions(randomness: Randomness): () => number {
  let revision = randomness.bytes(6).readUIntBE(0, 6);
  return () => ++revision;
}

function createBackoff(randomness: Randomness): Backoff {
  return async (attempt) => {
    const ceiling = Math.min(64, 2 ** attempt);
    await wait((ceiling * (randomness.bytes(1)[0] ?? 0)) / 256);
  };
}
