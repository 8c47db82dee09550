import { isDeepStrictEqual } from 'node:util';
import { type Clock, MINUTE, SECOND } from '#kernel';
import type { Collection } from '#storage';
import type { StoredModel } from './model-store.ts';

/** How long an identifier that was rotated is recognised (a request in flight still carries it). */
const ROTATION_MEMORY_MS = 10_000;

export type SessionStore = ReturnType<typeof createSessionStore>;

/**
 * One session has one document for each of its identifiers, which share a `uid`: requests in flight may rotate it at the same
 * time. What the library writes last must neither lose an authorization nor bring back a session that was logged out.
 */
export function createSessionStore(collection: Collection<StoredModel>, clock: Clock) {
  async function ofUid(uid: string | undefined): Promise<StoredModel[]> {
    if (uid === undefined) return [];
    return (await collection.find({ index: 'byUid', equals: [uid] })).items;
  }

  async function othersOf({ id, uid }: StoredModel): Promise<StoredModel[]> {
    return (await ofUid(uid)).filter((other) => other.id !== id);
  }

  async function markDestroyed(key: string): Promise<StoredModel | undefined> {
    return collection.update(key, (stored) => ({
      ...stored,
      payload: {},
      destroyedAt: stored.destroyedAt ?? clock.now(),
    }));
  }

  return {
    async save(doc: StoredModel): Promise<void> {
      const known = await collection.get(doc.id);
      if (known && isLive(known) && saysNothingNew(doc, known, clock.now())) return;
      if (known || !(await collection.insertIfAbsent(doc))) {
        await collection.update(doc.id, (stored) =>
          isLive(stored) ? { ...doc, payload: withAuthorizations(doc, stored) } : undefined,
        );
      }
      // Looked for after the write: whichever of a log-out and this comes second finds the other.
      const others = await othersOf(doc);
      if (others.some(isDestroyed)) {
        await markDestroyed(doc.id);
        return;
      }
      for (const other of others.filter(isLive)) {
        await collection.update(other.id, (stored) =>
          isLive(stored) ? { ...stored, payload: withAuthorizations(stored, doc) } : undefined,
        );
      }
    },

    /** The library gave the session a new identifier; that is no log-out. */
    async retire(key: string): Promise<void> {
      const at = clock.now();
      await collection.update(key, (stored) =>
        isLive(stored) ? { ...stored, rotatedAt: at, expiresAt: at + ROTATION_MEMORY_MS } : undefined,
      );
    },

    /** Log-out: under each of its identifiers. */
    async end(key: string): Promise<void> {
      const ended = await markDestroyed(key);
      if (!ended) return;
      for (const other of await othersOf(ended)) await markDestroyed(other.id);
    },

    /** Between the retirement of an identifier and the first write of the next, the retired one still answers. */
    async byUid(uid: string): Promise<StoredModel | undefined> {
      const all = await ofUid(uid);
      return all.some(isDestroyed) ? undefined : (all.find(isLive) ?? all[0]);
    },

    /** Now, not when this request began: it is asked again at the end. */
    async isRetired(key: string): Promise<boolean> {
      return (await collection.get(key, { latest: true }))?.rotatedAt !== undefined;
    },
  };
}

const isDestroyed = (stored: StoredModel) => stored.destroyedAt !== undefined;

/** Neither logged out nor replaced by a newer identifier. */
export function isLive(stored: StoredModel): boolean {
  return stored.destroyedAt === undefined && stored.rotatedAt === undefined;
}

/** The part of a session's life by which its end may lag behind, so that each look at it needn't be a write. */
const WORTH_WRITING = 0.01;

/** The list of devices tells days and hours. */
const SEEN_WORTH_WRITING_MS = MINUTE;

const lastSeen = ({ payload }: Pick<StoredModel, 'payload'>) =>
  payload['lastSeen'] as { at: number } | undefined;

/** The library saves a session at each authorization request: mostly all that differs is by how much its end has moved. */
export function saysNothingNew(next: StoredModel, stored: StoredModel, now: number): boolean {
  const [until, before] = [next.expiresAt ?? 0, stored.expiresAt ?? 0];
  if (Math.abs(until - before) > Math.max(SECOND, (until - now) * WORTH_WRITING)) return false;
  const [seen, former] = [lastSeen(next), lastSeen(stored)];
  if (Math.abs((seen?.at ?? 0) - (former?.at ?? 0)) > SEEN_WORTH_WRITING_MS) return false;
  const lasting = ({ payload }: StoredModel) => ({
    ...payload,
    exp: 0,
    lastSeen: { ...lastSeen({ payload }), at: 0 },
  });
  return isDeepStrictEqual(lasting(next), lasting(stored));
}

type Authorizations = Record<string, Record<string, unknown>>;

/** The payload of `newer`, with the authorizations that only `older` knows of: two relying parties opened at once each add one. */
function withAuthorizations({ payload: newer }: StoredModel, { payload: older }: StoredModel) {
  if (older['uid'] !== newer['uid'] || older['accountId'] !== newer['accountId']) return newer;
  const known = older['authorizations'] as Authorizations | undefined;
  const own = newer['authorizations'] as Authorizations | undefined;
  return known ? { ...newer, authorizations: { ...known, ...own } } : newer;
}
