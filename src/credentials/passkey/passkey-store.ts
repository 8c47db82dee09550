import { z } from 'zod';
import { DAY } from '#kernel';
import type { Emission, Storage } from '#storage';

/** A removed one is kept that long, so that its last event is told whatever happens. */
const KEPT_DAYS = 30;

const passkeySchema = z.strictObject({
  /** Credential id, base64url: unique over all accounts. */
  id: z.string(),
  accountId: z.string(),
  /** COSE key, base64url; not secret. */
  publicKey: z.string(),
  /** Signatures so far, as the authenticator counts them; 0 where it doesn't. */
  counter: z.int().nonnegative(),
  transports: z.array(z.string()),
  /** May be copied to other devices (backup eligible). */
  synced: z.boolean(),
  name: z.string(),
  createdAt: z.int(),
  lastUsedAt: z.int().optional(),
  removed: z.boolean().optional(),
  /** Of a removed one. */
  expiresAt: z.int().optional(),
});
export type StoredPasskey = z.infer<typeof passkeySchema>;

const holderSchema = z.strictObject({
  accountId: z.string(),
  /** What authenticators know the account by: random, so that it tells neither id nor address. */
  handle: z.string(),
});

const spentSchema = z.strictObject({ id: z.string(), expiresAt: z.int() });

export interface PasskeyStore {
  get(id: string): Promise<StoredPasskey | undefined>;
  of(accountId: string): Promise<StoredPasskey[]>;
  /** False when the credential id is taken. */
  add(passkey: StoredPasskey, emit: readonly Emission[]): Promise<boolean>;
  /** False when the counter did not rise: a copy of the authenticator was used, or an old answer (WebAuthn section 6.1.1). */
  use(id: string, counter: number, now: number): Promise<boolean>;
  rename(id: string, name: string, emit: readonly Emission[]): Promise<boolean>;
  remove(id: string, now: number, emit: readonly Emission[]): Promise<boolean>;
  /** The account's own; made by the first who asks. */
  handleOf(accountId: string, make: () => string): Promise<string>;
  /** Exactly one caller is told true. */
  spend(challenge: string, expiresAt: number): Promise<boolean>;
}

export function createPasskeyStore(storage: Storage): PasskeyStore {
  const passkeys = storage.collection<StoredPasskey>({
    name: 'passkeys',
    schema: passkeySchema,
    key: 'id',
    index: { byAccount: ['accountId'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
  });
  const holders = storage.collection<z.infer<typeof holderSchema>>({
    name: 'passkey-holders',
    schema: holderSchema,
    key: 'accountId',
    durability: 'durable',
  });
  const spent = storage.collection<z.infer<typeof spentSchema>>({
    name: 'spent-passkey-challenges',
    schema: spentSchema,
    key: 'id',
    expiresAt: 'expiresAt',
    durability: 'volatile',
  });
  const change = async (
    id: string,
    next: (passkey: StoredPasskey) => StoredPasskey | undefined,
    emit: readonly Emission[] = [],
  ) =>
    (await passkeys.update(id, (stored) => (stored.removed ? undefined : next(stored)), {
      emit: () => emit,
    })) !== undefined;

  return {
    async get(id) {
      const stored = await passkeys.get(id);
      return stored?.removed ? undefined : stored;
    },
    async of(accountId) {
      const { items } = await passkeys.find({ index: 'byAccount', equals: [accountId], limit: 100 });
      return items.filter(({ removed }) => !removed).sort((one, other) => one.createdAt - other.createdAt);
    },
    add: (passkey, emit) => passkeys.insertIfAbsent(passkey, { emit }),
    use: (id, counter, now) =>
      change(id, (stored) =>
        counter > stored.counter || (counter === 0 && stored.counter === 0)
          ? { ...stored, counter, lastUsedAt: now }
          : undefined,
      ),
    rename: (id, name, emit) => change(id, (stored) => ({ ...stored, name }), emit),
    remove: (id, now, emit) =>
      change(id, (stored) => ({ ...stored, removed: true, expiresAt: now + KEPT_DAYS * DAY }), emit),
    async handleOf(accountId, make) {
      const known = await holders.get(accountId);
      if (known) return known.handle;
      const fresh = { accountId, handle: make() };
      if (await holders.insertIfAbsent(fresh)) return fresh.handle;
      return (await holders.get(accountId))?.handle ?? fresh.handle;
    },
    spend: (challenge, expiresAt) => spent.insertIfAbsent({ id: challenge, expiresAt }),
  };
}
