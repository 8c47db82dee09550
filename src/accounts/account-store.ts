import { type Collection, everyItem, type Storage } from '#storage';
import { type Account, type Address, accountSchema, addressSchema } from './account.ts';

export interface AccountStore {
  accounts: Collection<Account>;
  addresses: Collection<Address>;
  byEmail(normalized: string): Promise<Account | undefined>;
  addressesOf(accountId: string): Promise<Address[]>;
}

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
    cache: { max: 2000, absent: true, find: ['byEmail'] },
  });
  const addresses = storage.collection({
    name: 'addresses',
    schema: addressSchema,
    key: 'address',
    index: { byAccount: ['accountId'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
    cache: { max: 2000, absent: true },
  });
  return {
    accounts,
    addresses,
    async byEmail(normalized) {
      const page = await accounts.find({ index: 'byEmail', equals: [normalized], limit: 1 });
      return page.items[0];
    },
    addressesOf: (accountId) => everyItem(addresses, { index: 'byAccount', equals: [accountId] }),
  };
}
