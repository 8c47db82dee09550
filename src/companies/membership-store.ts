import { type Collection, everyItem, type Storage } from '#storage';
import type { MemberPage } from './companies.ts';
import { type Membership, membershipSchema } from './membership.ts';

export interface MembershipStore {
  memberships: Collection<Membership>;
  ofAccount(accountId: string): Promise<Membership[]>;
  ofCompany(companyId: string, page: { limit?: number; after?: string }): Promise<MemberPage>;
  /** Takes a name as it is stored. */
  byLoginName(companyId: string, loginName: string): Promise<Membership | undefined>;
}

export function membershipId(companyId: string, accountId: string): string {
  return `${companyId}:${accountId}`;
}

export function createMembershipStore(storage: Storage): MembershipStore {
  const memberships = storage.collection({
    name: 'memberships',
    schema: membershipSchema,
    key: 'id',
    unique: { loginName: ['companyId', 'loginName'] },
    index: {
      byAccount: ['accountId'],
      byCompany: ['companyId'],
      byLoginName: ['companyId', 'loginName'],
    },
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
    async byLoginName(companyId, loginName) {
      const { items } = await memberships.find({
        index: 'byLoginName',
        equals: [companyId, loginName],
        limit: 1,
      });
      return items[0];
    },
  };
}
