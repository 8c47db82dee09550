import type { Collection, Storage } from '#storage';
import { type Account, type Address, accountSchema, addressSchema } from './account.ts';

export interface AccountStore {
  accounts: Collection<Account>;
  addresses: Collection<Address>;
  byEmail(normalized: string): Promise<Account | undefined>;
  addressesOf(accountId: string): Promise<Address[]>;
}

/** More addresses than this in one account's life are not looked at again. */
const MAX_ADDRESSES = 1000;

/**
 * The account itself says which address is primary (unique there); `addresses` holds the reservations around it:
 * what is about to become primary, and what was and must never lead to anybody else.
 */
export function createAccountStore(storage: Storage): AccountStore {
  const accounts = storage.collection({
    name: 'accounts',
    schema: accountSchema,
    key: 'id',
    unique: { email: ['emailNormalized'] },
    index: { byEmail: ['emailNormalized'] },
    durability: 'durable',
  });
  const addresses = storage.collection({
    name: 'addresses',
    schema: addressSchema,
    key: 'address',
    index: { byAccount: ['accountId'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
  });
  return {
    accounts,
    addresses,
    async byEmail(normalized) {
      const page = await accounts.find({ index: 'byEmail', equals: [normalized], limit: 1 });
      return page.items[0];
    },
    async addressesOf(accountId) {
      const page = await addresses.find({ index: 'byAccount', equals: [accountId], limit: MAX_ADDRESSES });
      return page.items;
    },
  };
}
