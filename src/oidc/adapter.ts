import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import type { Clock, Randomness } from '#kernel';
import { MINUTE, SECOND, sha256 } from '#kernel';
import type { Collection } from '#storage';
import type { IssuedTogether } from './issued-together.ts';
import { AlreadySeen } from './library-gaps.ts';
import type { ModelCollections, StoredModel } from './model-store.ts';
import { ownCopy } from './own-copy.ts';
import { createSessionStore, isLive, type SessionStore } from './session-store.ts';
import { isOfOtherKind } from './token-kinds.ts';
import { orUnknown } from './unknown-key.ts';

export interface AdapterDependencies {
  models: ModelCollections;
  clock: Clock;
  randomness: Randomness;
  /** Client metadata by client_id; undefined for unknown and disabled clients. */
  clientMetadata(clientId: string): Promise<Record<string, unknown> | undefined>;
  /** The account's epoch now; undefined when the account is gone or not active. */
  currentEpoch(accountId: string): Promise<number | undefined>;
  issued: Pick<IssuedTogether, 'write'>;
  /** Milliseconds in which a rotated refresh token still answers with the same successor (W16). */
  refreshGraceMs: number;
}

/** By how much the clocks of two nodes may differ. */
const CLOCK_SKEW_MS = 5_000;
/** A code is remembered after its end, which the library checks itself: the log can tell a late one from an invented one. */
const LATE_CODE_MS = 4 * MINUTE;

export type AdapterFactory = (model: string) => Adapter;

/** oidc-provider's storage on our port: one redemption of each artefact, and nothing comes back that was ended. */
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
  readonly #sessions: SessionStore;

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
    this.#sessions = createSessionStore(collection, deps.clock);
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<undefined> {
    // The log-out of nobody: a session without a person holds nothing that is worth a durable write.
    if (this.#model === 'Session' && payload.accountId === undefined) return;
    const doc = this.#document(id, payload, expiresIn);
    await this.#deps.issued.write(this.#model, () => this.#save(doc));
  }

  async #save(doc: StoredModel): Promise<void> {
    if (this.#model === 'ReplayDetection' || this.#model === 'RefreshToken') {
      // A second writer of a replay mark lost; a grace successor that exists already keeps its consumed mark.
      const fresh = await this.#collection.insertIfAbsent(doc);
      if (!fresh && this.#model === 'ReplayDetection') throw new AlreadySeen();
      return;
    }
    if (this.#model === 'Session') await this.#sessions.save(doc);
    // A grant that waited for its code and was ended meanwhile doesn't come back.
    else if (doc.payload['awaitsRedemption'] === false) await this.#collection.update(doc.id, () => doc);
    else await this.#collection.put(doc);
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
      expiresAt: expiresIn ? this.#deps.clock.now() + this.#keptMs(expiresIn * SECOND) : undefined,
    };
  }

  #keptMs(validMs: number): number {
    return this.#model === 'AuthorizationCode' ? validMs + LATE_CODE_MS : validMs;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (isOfOtherKind(this.#model, id)) return undefined;
    const stored = await this.#collection.get(this.#keyOf(id));
    return stored && isLive(stored) ? this.#answer(stored, id) : undefined;
  }

  /** Sessions only; the library looks them up so for tokens and interactions. */
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const stored = await this.#sessions.byUid(uid);
    return stored && this.#answer(stored, this.#idOf(stored.id));
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async #answer(stored: StoredModel, id: string): Promise<AdapterPayload | undefined> {
    if (await this.#isStale(stored)) return undefined;
    const payload: AdapterPayload = { ...ownCopy(stored.payload), jti: id };
    if (stored.consumedAt !== undefined && !this.#inGrace(stored.consumedAt)) {
      payload.consumed = Math.floor(stored.consumedAt / 1000);
    }
    return payload;
  }

  /** A session or grant that began before the account's present epoch is worth nothing at any entrance (docs/decisions/004). */
  async #isStale(stored: StoredModel): Promise<boolean> {
    if ((this.#model !== 'Session' && this.#model !== 'Grant') || stored.accountId === undefined)
      return false;
    const began = (stored.payload as { epoch?: number }).epoch;
    return began === undefined || began !== (await this.#deps.currentEpoch(stored.accountId));
  }

  /** A redemption in the future tells of a clock that was set back: its grace is over, whenever it was. */
  #inGrace(consumedAt: number): boolean {
    if (this.#model !== 'RefreshToken') return false;
    const since = this.#deps.clock.now() - consumedAt;
    return since > -CLOCK_SKEW_MS && since < this.#deps.refreshGraceMs;
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
    // As the library does when it is the one to find out.
    const { ctx } = Provider;
    ctx?.oidc?.provider.emit('grant.revoked', ctx, grantId);
  }

  async destroy(id: string): Promise<undefined> {
    const key = this.#keyOf(id);
    if (this.#model !== 'Session') await this.#collection.delete(key);
    // The library destroys the former identifier when it rotates.
    else if ((Provider.ctx?.oidc?.session as { oldId?: string } | undefined)?.oldId === id)
      await this.#sessions.retire(key);
    else await this.#sessions.end(key);
  }

  async revokeByGrantId(grantId: string): Promise<undefined> {
    await this.#collection.deleteWhere({ index: 'byGrant', equals: [grantId] });
  }
}

function clientAdapter(deps: AdapterDependencies): Adapter {
  return {
    ...refusingAdapter('Client'),
    find: async (id) => (await orUnknown(deps.clientMetadata(id))) as AdapterPayload | undefined,
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
