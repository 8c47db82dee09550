import type { Account } from '#accounts';
import type { Company, Membership } from '#companies';
import type { Federation } from '#federation';

/** What the authorization server asks of people and companies; read fresh on each hop. */
export interface Directory {
  accounts: { byId(id: string): Promise<Account | undefined> };
  /** Verified numbers, E.164. */
  phones: { number(accountId: string): Promise<string | undefined> };
  companies: {
    byId(id: string): Promise<Company | undefined>;
    getMany(ids: readonly string[]): Promise<Company[]>;
    membershipsOf(accountId: string): Promise<Membership[]>;
    activeMembershipsOf(accountId: string): Promise<Membership[]>;
    membership(companyId: string, accountId: string): Promise<Membership | undefined>;
  };
  federation: { routing: Pick<Federation['routing'], 'route'> };
}
