import { type Clock, HOUR } from '#kernel';
import type { Collection, Storage } from '#storage';
import { type Progress, progressSchema } from './progress.ts';

const PROGRESS_LIFE_MS = HOUR;

/** Most log-ins have no secret to show: nothing is sealed for them. */
const storedSchema = progressSchema.extend({ secrets: progressSchema.shape.secrets.optional() });
type StoredProgress = Omit<Progress, 'secrets'> & { secrets?: Progress['secrets'] | undefined };

/** One request's hold on the progress of its log-in. */
export interface OpenProgress {
  /** As it was found, then as `save` left it. */
  readonly current: Progress;
  /** Compare-and-swap. A log-in that has ended meanwhile does not go on: `current` is then a new beginning. */
  save(change: (progress: Progress) => Progress): Promise<void>;
}

export interface ProgressStore {
  /** This browser's progress of the request; written with the first `save`. Undefined for another browser's. */
  open(cid: string, browser: string): Promise<OpenProgress | undefined>;
  end(cid: string): Promise<void>;
}

export function createProgressStore({ storage, clock }: { storage: Storage; clock: Clock }): ProgressStore {
  const collection: Collection<StoredProgress> = storage.collection({
    name: 'log-in-progress',
    schema: storedSchema,
    key: 'cid',
    expiresAt: 'expiresAt',
    durability: 'volatile',
    sealed: ['secrets'],
  });
  const expiresAt = () => clock.now() + PROGRESS_LIFE_MS;

  return {
    async open(cid, browser) {
      const begin = (): Progress => ({ cid, browser, secrets: {}, expiresAt: expiresAt() });
      const found = await collection.get(cid);
      if (found && found.browser !== browser) return undefined;
      let isStored = found !== undefined;
      let current = found ? restored(found) : begin();

      async function insert(first: Progress): Promise<boolean> {
        current = { ...first, expiresAt: expiresAt() };
        isStored = true;
        return collection.insertIfAbsent(storable(current));
      }

      return {
        get current() {
          return current;
        },
        async save(change) {
          if (!isStored && (await insert(change(current)))) return;
          const saved = await collection.update(cid, (stored) =>
            stored.browser === browser
              ? storable({ ...change(restored(stored)), expiresAt: expiresAt() })
              : undefined,
          );
          isStored = saved !== undefined;
          current = saved ? restored(saved) : begin();
        },
      };
    },
    async end(cid) {
      await collection.delete(cid);
    },
  };
}

function storable({ secrets, ...progress }: Progress): StoredProgress {
  const isEmpty = Object.values(secrets).every((secret) => secret === undefined);
  return isEmpty ? progress : { ...progress, secrets };
}

const restored = ({ secrets = {}, ...progress }: StoredProgress): Progress => ({ ...progress, secrets });
