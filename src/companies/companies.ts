import type { Acting } from '#audit';
import type { Company } from './company.ts';
import type { Domain } from './domain.ts';
import type { Membership } from './membership.ts';

export interface MemberPage {
  items: Membership[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

export type PutDomainOutcome =
  | { outcome: 'saved'; domain: Domain }
  /** Another company proved it. */
  | { outcome: 'taken' }
  /** Everybody's: a public suffix or a public mail service. */
  | { outcome: 'public' }
  | { outcome: 'invalid' };

export interface SettingsChange {
  companyId: string;
  /** All of them, as they are to be. */
  settings: Company['settings'];
}

/** Companies, who belongs to them and which e-mail domains they proved. Domains are read fresh at every call (X8). */
export interface Companies {
  byId(id: string): Promise<Company | undefined>;
  /** In the order of `ids`, missing ones left out. */
  getMany(ids: readonly string[]): Promise<Company[]>;
  all(): Promise<Company[]>;
  /** The company whose log-in names end in `@label` now. */
  byLoginLabel(label: string): Promise<Company | undefined>;
  /**
   * Inserts or replaces, on the operator's word; audited with what changed of the settings.
   * @throws AppError 'login-label-taken' (409) when another company's log-in names have this label
   */
  put(company: Company, acting: Acting): Promise<void>;
  /**
   * A person changes the settings: this company's administrators alone may (C-11, H3).
   * @throws AppError 'permission-denied' (403), with an audit event that names what was tried; 'login-label-taken' (409)
   */
  changeSettings(change: SettingsChange, acting: Acting): Promise<void>;

  /** Of every status. */
  membershipsOf(accountId: string): Promise<Membership[]>;
  activeMembershipsOf(accountId: string): Promise<Membership[]>;
  membership(companyId: string, accountId: string): Promise<Membership | undefined>;
  /** Of every status: whose log-in name this is in the company, without its label; takes it as `parseLoginName` gives it. */
  membershipNamed(companyId: string, loginName: string): Promise<Membership | undefined>;
  /**
   * Its `id` is made here from company and account.
   * @throws AppError 'login-name-taken' (409) when another membership of the company has this log-in name
   */
  putMembership(membership: Omit<Membership, 'id'> & { id?: string }, acting: Acting): Promise<Membership>;
  /** Of every status, 100 a page unless told. */
  membersOf(companyId: string, page?: { limit?: number; after?: string }): Promise<MemberPage>;

  /** The verified rule for a domain of an address: the exact one, else the longest wildcard (W10). */
  domainRule(emailDomain: string): Promise<Domain | undefined>;
  /** Verified and unverified, wildcards included. */
  domainsOf(companyId: string): Promise<Domain[]>;
  /** A proof beats a claim; a proven domain stays with its company (W11, X13). */
  putDomain(domain: Domain, acting: Acting): Promise<PutDomainOutcome>;
  /** The rule for this domain is that company's, and verified. */
  provenBy(companyId: string, emailDomain: string): Promise<boolean>;
}
