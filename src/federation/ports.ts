import type { Account } from '#accounts';
import type { Acting } from '#audit';
import type { Company, Domain, Membership } from '#companies';

/** What federation needs of accounts. */
export interface AccountDirectory {
  byId(id: string): Promise<Account | undefined>;
  /** The account whose primary address this is. */
  byEmail(normalized: string): Promise<Account | undefined>;
  create(person: {
    email: string;
    name: string;
    status: 'active';
    emailVerified: true;
    /** Standard claims beside name and address (OpenID Connect Core 5.1). */
    claims?: Record<string, unknown>;
  }): Promise<
    | { outcome: 'created'; account: Account }
    | { outcome: 'invalid-address' }
    | { outcome: 'address-taken'; accountId: string }
  >;
}

/** What federation needs of companies; every answer is read fresh (X8). */
export interface CompanyDirectory {
  byId(id: string): Promise<Company | undefined>;
  /** The company whose log-in names end in `@label` now. */
  byLoginLabel(label: string): Promise<Company | undefined>;
  /** The verified rule for a domain of an address: the exact one, else the longest wildcard (W10). */
  domainRule(emailDomain: string): Promise<Domain | undefined>;
  membership(companyId: string, accountId: string): Promise<Membership | undefined>;
  putMembership(membership: Membership, acting: Acting): Promise<unknown>;
}
