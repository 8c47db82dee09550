import { z } from 'zod';
import { type Clock, createSecretBox, silentLog } from '#kernel';
import { type Collection, type CollectionSpec, createStorage, type Engine, type Storage } from '#storage';

/** One place of data on a real engine, empty at first and removed afterwards. */
export interface Place {
  /** A new engine on the place's data: another one is another node. */
  engine(clock: Clock): Engine;
  /** All that is stored, as it lies there. */
  dump(): Promise<string>;
  remove(): Promise<void>;
}

export type MakePlace = () => Promise<Place>;

export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** Starts at the real time, because engines may clean up by their own clock. */
export function createTestClock(): TestClock {
  let now = Date.now();
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

export const OLD_KEY = 'the-old-secret-key-of-32-bytes-00';
export const NEW_KEY = 'the-new-secret-key-of-32-bytes-00';

const itemSchema = z.object({
  id: z.string(),
  email: z.string().optional(),
  group: z.string().optional(),
  at: z.number().optional(),
  tags: z.array(z.string()).optional(),
  secret: z.unknown().optional(),
  count: z.number().optional(),
  usedAt: z.number().optional(),
  fence: z.number().optional(),
  expiresAt: z.number().optional(),
  note: z.unknown().optional(),
});
export type Item = z.infer<typeof itemSchema>;

export function itemSpec(durability: 'durable' | 'volatile'): CollectionSpec<Item> {
  return {
    name: `${durability}-items`,
    schema: itemSchema,
    key: 'id',
    unique: { email: ['email'] },
    index: { byGroup: ['group', 'at'], byAt: ['at'], byTag: ['tags'], byGroupTag: ['group', 'tags'] },
    expiresAt: 'expiresAt',
    durability,
    sealed: ['secret'],
  };
}

export interface Node {
  storage: Storage;
  items: Collection<Item>;
}

/** Makes nodes on one place and closes them with it. */
export interface Site {
  place: Place;
  clock: TestClock;
  node(options?: { spec?: CollectionSpec<Item>; keys?: readonly string[] }): Promise<Node>;
  end(): Promise<void>;
}

export async function createSite(
  makePlace: MakePlace,
  durability: 'durable' | 'volatile' = 'durable',
): Promise<Site> {
  const place = await makePlace();
  const clock = createTestClock();
  const open: Storage[] = [];
  return {
    place,
    clock,
    async node({ spec = itemSpec(durability), keys = [OLD_KEY] } = {}) {
      const secretBox = createSecretBox(keys);
      const storage = createStorage(place.engine(clock), { clock, secretBox, log: silentLog });
      const items = storage.collection(spec);
      await storage.open();
      open.push(storage);
      return { storage, items };
    },
    async end() {
      for (const storage of open) await storage.close();
      await place.remove();
    },
  };
}

/** Numbers from 0 up to, but without, `count`. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** The refusal's code, or 'resolved'. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error) => error.code ?? String(error),
  );
}
