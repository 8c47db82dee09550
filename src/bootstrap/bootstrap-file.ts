import type { Client, Resource } from '#clients';
import type { Company, Domain, Membership } from '#companies';
import type { Connection } from '#federation';
import type { BootstrapInput } from './bootstrap-schema.ts';
import type { StatedValues } from './stated-values.ts';

/** One thing that the file describes. */
export interface Entry<T> {
  /** Where it stands: `companies[0].domains[1]`. */
  path: string;
  /** With the defaults of what the file leaves out. */
  value: T;
  /** Named as in storage. */
  stated: StatedValues;
}

export type CompanyEntry = Omit<Company, 'createdAt' | 'updatedAt'>;
export type ConnectionEntry = Omit<Connection, 'createdAt' | 'updatedAt'>;
export type AccountEntry = Omit<BootstrapInput['accounts'][number], 'memberships'> & { normalized: string };
export type MembershipEntry = Pick<Membership, 'companyId' | 'permissions' | 'status'> & {
  payments?: NonNullable<Membership['payments']> | undefined;
  loginName?: string | null;
  /** The normalized address of its account. */
  email: string;
};

export interface BootstrapFile {
  companies: Entry<CompanyEntry>[];
  connections: Entry<ConnectionEntry>[];
  domains: Entry<Domain>[];
  accounts: Entry<AccountEntry>[];
  memberships: Entry<MembershipEntry>[];
  clients: Entry<Client>[];
  resources: Entry<Resource>[];
}

export interface BootstrapProblem {
  /** `companies[0].settings.mfa`; empty for the file as a whole. */
  path: string;
  /** In words; never repeats a secret. */
  problem: string;
}
