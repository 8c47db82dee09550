import { z } from 'zod';
import type { Collection, CollectionSpec, Storage } from '#storage';

/** One stored artefact of oidc-provider. Its identifier is a bearer value, so only its SHA-256 is kept. */
export interface StoredModel {
  /** SHA-256 of the identifier. */
  id: string;
  /** What the library gave us, without the identifier. */
  payload: Record<string, unknown>;
  accountId?: string | undefined;
  grantId?: string | undefined;
  uid?: string | undefined;
  userCode?: string | undefined;
  /** Epoch milliseconds of the one redemption. */
  consumedAt?: number | undefined;
  /** Set instead of deleting, so that a request in flight can't save it again. */
  destroyedAt?: number | undefined;
  /** A session identifier that a newer one replaced. */
  rotatedAt?: number | undefined;
  expiresAt?: number | undefined;
}

const schema: z.ZodType<StoredModel> = z.strictObject({
  id: z.string(),
  payload: z.record(z.string(), z.unknown()),
  accountId: z.string().optional(),
  grantId: z.string().optional(),
  uid: z.string().optional(),
  userCode: z.string().optional(),
  consumedAt: z.int().optional(),
  destroyedAt: z.int().optional(),
  rotatedAt: z.int().optional(),
  expiresAt: z.int().optional(),
});

type Traits = Pick<CollectionSpec<StoredModel>, 'durability' | 'index' | 'sealed' | 'cache'>;

const BY_GRANT = { byGrant: ['grantId'] } as const;

/** Codes, requests and interactions live minutes: volatile, all else durable; models of features that are off are not stored at all. */
const TRAITS: Readonly<Record<string, Traits>> = {
  Session: {
    durability: 'durable',
    index: { byUid: ['uid'], byAccount: ['accountId'] },
    cache: { max: 2000, find: ['byUid'] },
  },
  Grant: { durability: 'durable', index: { byAccount: ['accountId'] }, cache: { max: 2000 } },
  // Read once each: worth keeping only where that read would be a trip to a server.
  RefreshToken: { durability: 'durable', index: BY_GRANT, cache: { max: 2000, busy: true } },
  AccessToken: { durability: 'durable', index: BY_GRANT, cache: { max: 2000 } },
  ClientCredentials: { durability: 'durable', cache: { max: 2000, busy: true } },
  AuthorizationCode: { durability: 'volatile', index: BY_GRANT },
  // The interaction holds the session's identifier and the whole request: sealed.
  Interaction: { durability: 'volatile', sealed: ['payload'] },
  PushedAuthorizationRequest: { durability: 'volatile', sealed: ['payload'] },
  ReplayDetection: { durability: 'volatile' },
};

export type ModelCollections = ReadonlyMap<string, Collection<StoredModel>>;

export function declareModels(storage: Storage): ModelCollections {
  return new Map(
    Object.entries(TRAITS).map(([model, traits]) => [
      model,
      storage.collection<StoredModel>({
        name: `oidc-${model.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}`,
        schema,
        key: 'id',
        expiresAt: 'expiresAt',
        ...traits,
      }),
    ]),
  );
}
