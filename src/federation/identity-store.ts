import { sha256 } from '#kernel';
import type { Emission, Storage } from '#storage';
import { type FederatedIdentity, federatedIdentitySchema } from './connection.ts';

export interface Identities {
  find(connectionId: string, identityKey: readonly string[]): Promise<FederatedIdentity | undefined>;
  /** False when this identity is linked already. @throws ConflictError when the account has another identity at the connection */
  link(identity: FederatedIdentity, emit: readonly Emission[]): Promise<boolean>;
  /** Notes a sign-in, with the account's address of now. */
  used(id: string, facts: { linkedAddress: string; lastSignInAt: number }): Promise<void>;
}

export function createIdentities(storage: Storage): Identities {
  const store = storage.collection<FederatedIdentity>({
    name: 'federated-identities',
    schema: federatedIdentitySchema,
    key: 'id',
    // A new subject with a known address may be a new person on a recycled mailbox: never a second silent link (W9).
    unique: { accountAtConnection: ['connectionId', 'accountId'] },
    index: { byAccount: ['accountId'] },
    durability: 'durable',
  });
  return {
    find: (connectionId, identityKey) => store.get(identityId(connectionId, identityKey)),
    link: (identity, emit) => store.insertIfAbsent(identity, { emit }),
    async used(id, facts) {
      await store.update(id, (identity) => ({ ...identity, ...facts }));
    },
  };
}

/** JSON keeps the parts apart, so that no two keys collide by concatenation. */
export function identityId(connectionId: string, identityKey: readonly string[]): string {
  return sha256(JSON.stringify([connectionId, ...identityKey]));
}
