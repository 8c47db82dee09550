import { type Collection, everyItem, type Storage } from '#storage';
import type { MemberPage } from './companies.ts';
import { type Membership, membershipSchema } from './membership.ts';

export interface MembershipStore {
  memberships: Collection<Membership>;
  ofAccount(accountId: string): Promise<Membership[]>;
  ofCompany(companyId: string, page: { limit?: number; after?: string }): Promise<MemberPage>;
}

export function membershipId(companyId: string, accountId: string): string {
  return `${companyId}:${accountId}`;
}

export function createMembershipStore(storage: Storage): MembershipStore {
  const memberships = storage.collection({
    name: 'memberships',
    schema: membershipSchema,
    key: 'id',
    index: { byAccount: ['accountId'], byCompany: ['companyId'] },
    durability: 'durable',
    cache: { max: 4000, find: ['byAccount'] },
  });
  return {
    memberships,
    ofAccount: (accountId) => everyItem(memberships, { index: 'byAccount', equals: [accountId] }),
    ofCompany: (companyId, { limit, after }) =>
      memberships.find({
        index: 'byCompany',
        equals: [companyId],
        ...(limit !== undefined && { limit }),
        ...(after !== undefined && { after }),
      }),
  };
}
