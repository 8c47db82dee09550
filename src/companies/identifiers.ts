import type { Account, Accounts, Address } from '#accounts';
import { type EmailAddress, parseEmail } from '#kernel';
import type { Companies } from './companies.ts';
import { isLoginNameLike } from './login-name.ts';

export interface ResolvedIdentifier {
  /**
   * Of an address what accounts say; `name`: the log-in name of an active member; `sso-name`: the same, but the person's
   * address is targeted, so that no password is ever asked of them here.
   */
  state: Address['state'] | 'name' | 'sso-name';
  account: Account;
}

/** Whose it is what a person types to say who they are. */
export interface Identifiers {
  /** A log-in name goes before an address, so that nobody stands in its way by reserving an address like it (A5). */
  resolve(identifier: EmailAddress): Promise<ResolvedIdentifier | undefined>;
}

/** No company's id. */
const NO_COMPANY = '-';
/** No account's id and nobody's domain, for the reads that an unknown name costs, too (X28): of each name its own, as copies are kept. */
const nobodyOf = ({ normalized }: EmailAddress) => `nobody:${normalized}`;
const nowhereOf = ({ domain }: EmailAddress) => `${domain}.invalid`;

export function createIdentifiers(
  accounts: Pick<Accounts, 'byId' | 'resolveAddress'>,
  companies: Pick<Companies, 'byLoginLabel' | 'membershipNamed' | 'domainRule'>,
): Identifiers {
  /** Only of an active member, and only while the company has log-in names. */
  async function holderOf(name: EmailAddress): Promise<Account | undefined> {
    const { normalized, domain } = name;
    const company = await companies.byLoginLabel(domain);
    const loginName = normalized.slice(0, -`@${domain}`.length);
    const membership = await companies.membershipNamed(company?.id ?? NO_COMPANY, loginName);
    return accounts.byId(membership?.status === 'active' ? membership.accountId : nobodyOf(name));
  }

  return {
    async resolve(identifier) {
      const addressed = await accounts.resolveAddress(identifier.normalized);
      if (!isLoginNameLike(identifier)) return addressed;
      const account = await holderOf(identifier);
      const address = account && parseEmail(account.emailNormalized);
      const rule = await companies.domainRule(address?.domain ?? nowhereOf(identifier));
      if (!account) return addressed;
      return { state: rule?.ssoTargeted ? 'sso-name' : 'name', account };
    },
  };
}
