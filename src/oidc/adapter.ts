import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import type { Clock, Randomness } from '#kernel';
import { sha256 } from '#kernel';
import type { Collection } from '#storage';
import type { ModelCollections, StoredModel } from './model-store.ts';

export interface AdapterDependencies {
  models: ModelCollections;
  clock: Clock;
  randomness: Randomness;
  /** Client metadata by client_id; undefined for unknown and disabled clients. */
  clientMetadata(clientId: string): Promise<Record<string, unknown> | undefined>;
  /** The account's epoch now; undefined when the account is gone or not active. */
  currentEpoch(accountId: string): Promise<number | undefined>;
  /** Milliseconds in which a rotated refresh token still answers with the same successor (W16). */
  refreshGraceMs: number;
}

export type AdapterFactory = (model: string) => Adapter;

/** How long a rotated session identifier is recognised (facts: a request in flight still carries it). */
export const ROTATION_MEMORY_MS = 10_000;

/** oidc-provider's storage on our port. Races of facts.md are settled here: one redemption, no resurrection, merged sessions. */
export function createAdapterFactory(deps: AdapterDependencies): AdapterFactory {
  // Session.findByUid never learns the cookie's value: within this process a marked digest stands for it.
  const digestMark = `#${deps.randomness.token()}.`;
  const keyOf = (id: string) => (id.startsWith(digestMark) ? id.slice(digestMark.length) : sha256(id));
  return (model) => {
    if (model === 'Client') return clientAdapter(deps);
    const collection = deps.models.get(model);
    if (!collection) return refusingAdapter(model);
    return new ModelAdapter(model, collection, deps, keyOf, (key) => digestMark + key);
  };
}

class ModelAdapter implements Adapter {
  readonly #model: string;
  readonly #collection: Collection<StoredModel>;
  readonly #deps: AdapterDependencies;
  readonly #keyOf: (id: string) => string;
  readonly #idOf: (key: string) => string;

  constructor(
    model: string,
    collection: Collection<StoredModel>,
    deps: AdapterDependencies,
    keyOf: (id: string) => string,
    idOf: (key: string) => string,
  ) {
    this.#model = model;
    this.#collection = collection;
    this.#deps = deps;
    this.#keyOf = keyOf;
    this.#idOf = idOf;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<undefined> {
    const doc = this.#document(id, payload, expiresIn);
    if (this.#model === 'ReplayDetection' || this.#model === 'RefreshToken') {
      // A second writer of a replay mark lost; a grace successor that exists already keeps its consumed mark.
      const fresh = await this.#collection.insertIfAbsent(doc);
      if (!fresh && this.#model === 'ReplayDetection') throw new errors.InvalidRequest('already used');
      return;
    }
    if (this.#model === 'Session') return this.#upsertSession(doc);
    await this.#collection.put(doc);
  }

  async #upsertSession(doc: StoredModel): Promise<undefined> {
    if (await this.#isLoggedOut(doc.uid)) return;
    if (await this.#collection.insertIfAbsent(doc)) return;
    await this.#collection.update(doc.id, (stored) =>
      stored.destroyedAt === undefined
        ? { ...doc, payload: mergeSession(stored.payload, doc.payload) }
        : undefined,
    );
  }

  /** A log-out that came in between ends the session under each of its identifiers. */
  async #isLoggedOut(uid: string | undefined): Promise<boolean> {
    if (uid === undefined) return false;
    const { items } = await this.#collection.find({ index: 'byUid', equals: [uid] });
    return items.some((other) => other.destroyedAt !== undefined);
  }

  #document(id: string, payload: AdapterPayload, expiresIn?: number): StoredModel {
    const { jti: _bearer, ...rest } = payload as Record<string, unknown>;
    return {
      id: this.#keyOf(id),
      payload: rest,
      accountId: payload.accountId,
      grantId: this.#model === 'Interaction' ? undefined : payload.grantId,
      uid: payload.uid,
      userCode: payload.userCode,
      expiresAt: expiresIn ? this.#deps.clock.now() + expiresIn * 1000 : undefined,
    };
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#answer(await this.#collection.get(this.#keyOf(id)), id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const { items } = await this.#collection.find({ index: 'byUid', equals: [uid] });
    if (items.some((other) => other.destroyedAt !== undefined)) return undefined;
    const stored = items.find((candidate) => candidate.rotatedAt === undefined);
    return stored && this.#answer(stored, this.#idOf(stored.id));
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async #answer(stored: StoredModel | undefined, id: string): Promise<AdapterPayload | undefined> {
    if (!stored || stored.destroyedAt !== undefined || stored.rotatedAt !== undefined) return undefined;
    if (await this.#isStale(stored)) return undefined;
    const payload: AdapterPayload = { ...stored.payload, jti: id };
    if (stored.consumedAt !== undefined && !this.#inGrace(stored.consumedAt)) {
      payload.consumed = Math.floor(stored.consumedAt / 1000);
    }
    return payload;
  }

  /** A session or grant that began before the account's present epoch is worth nothing at any entrance (design.md 7). */
  async #isStale(stored: StoredModel): Promise<boolean> {
    if ((this.#model !== 'Session' && this.#model !== 'Grant') || stored.accountId === undefined)
      return false;
    const began = (stored.payload as { epoch?: number }).epoch;
    return began === undefined || began !== (await this.#deps.currentEpoch(stored.accountId));
  }

  #inGrace(consumedAt: number): boolean {
    return this.#model === 'RefreshToken' && this.#deps.clock.now() - consumedAt < this.#deps.refreshGraceMs;
  }

  /** @throws InvalidGrant for every caller but the first (a refresh token within its grace excepted) */
  async consume(id: string): Promise<undefined> {
    const key = this.#keyOf(id);
    const result = await this.#collection.mark(key, 'consumedAt', this.#deps.clock.now());
    if (result === 'won') return;
    const stored = await this.#collection.get(key);
    if (stored?.consumedAt !== undefined && this.#inGrace(stored.consumedAt)) return;
    const grantId = stored?.grantId;
    if (grantId) await this.#killGrant(grantId);
    throw new errors.InvalidGrant(`${this.#model} already used`);
  }

  /** The loser of a race proves theft or a broken client: what the winner got dies too (RFC 6749 4.1.2, RFC 9700 4.14). */
  async #killGrant(grantId: string): Promise<void> {
    await this.#deps.models.get('Grant')?.delete(sha256(grantId));
    for (const model of ['RefreshToken', 'AccessToken', 'AuthorizationCode']) {
      await this.#deps.models.get(model)?.deleteWhere({ index: 'byGrant', equals: [grantId] });
    }
  }

  async destroy(id: string): Promise<undefined> {
    const key = this.#keyOf(id);
    if (this.#model !== 'Session') {
      await this.#collection.delete(key);
      return;
    }
    const at = this.#deps.clock.now();
    // The library destroys the former identifier when it rotates; that is no log-out.
    const rotating = (Provider.ctx?.oidc?.session as { oldId?: string } | undefined)?.oldId === id;
    await this.#collection.update(key, (stored) =>
      rotating
        ? { ...stored, payload: {}, rotatedAt: at, expiresAt: at + ROTATION_MEMORY_MS }
        : { ...stored, payload: {}, destroyedAt: at },
    );
  }

  async revokeByGrantId(grantId: string): Promise<undefined> {
    await this.#collection.deleteWhere({ index: 'byGrant', equals: [grantId] });
  }
}

type Authorizations = Record<string, Record<string, unknown>>;

/** Two relying parties opened at once each add an authorization: neither write may lose the other's. */
function mergeSession(
  stored: Record<string, unknown>,
  next: Record<string, unknown>,
): Record<string, unknown> {
  if (stored['uid'] !== next['uid'] || stored['accountId'] !== next['accountId']) return next;
  const before = stored['authorizations'] as Authorizations | undefined;
  const after = next['authorizations'] as Authorizations | undefined;
  return before ? { ...next, authorizations: { ...before, ...after } } : next;
}

function clientAdapter(deps: AdapterDependencies): Adapter {
  return {
    ...refusingAdapter('Client'),
    find: async (id) => (await deps.clientMetadata(id)) as AdapterPayload | undefined,
  };
}

/** Models of features that are switched off, and writes to clients, which belong to src/clients. */
function refusingAdapter(model: string): Adapter {
  const refuse = async (): Promise<never> => {
    throw new TypeError(`${model} is not stored`);
  };
  return {
    upsert: refuse,
    find: async () => undefined,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: async () => undefined,
  };
}
