import type { Account } from '#accounts';
import type { AuditEvent } from '#audit';
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
  }): Promise<
    | { outcome: 'created'; account: Account }
    | { outcome: 'invalid-address' }
    | { outcome: 'address-taken'; accountId: string }
  >;
}

/** What federation needs of companies; every answer is read fresh (X8). */
export interface CompanyDirectory {
  byId(id: string): Promise<Company | undefined>;
  /** Exact domain, else the longest wildcard (W10). */
  domainRule(emailDomain: string): Promise<Domain | undefined>;
  provenBy(companyId: string, emailDomain: string): Promise<boolean>;
  membership(companyId: string, accountId: string): Promise<Membership | undefined>;
  putMembership(membership: Membership): Promise<unknown>;
}

export interface AuditTrail {
  record(
    event: Omit<AuditEvent, 'id' | 'at' | 'details'> & Partial<Pick<AuditEvent, 'details'>>,
  ): Promise<void>;
}
