import type { Account } from '#accounts';
import type { EmailAddress } from '#kernel';
import type { FederatedIdentity, UpstreamIdentity } from './connection.ts';

/** What a company's identity provider asserts; the address is already known to lie in a domain that the company proved (X2). */
export interface Assertion {
  identity: UpstreamIdentity;
  address: EmailAddress;
  /** The account that the same person proved in this interaction by other means. */
  provenAccountId?: string | undefined;
}

/**
 * Whether an identity may be tied to an account: the same address, verified here, and not denied by the provider (W8, X1, X4);
 * or the same address and a proof of that very account by the same person.
 */
export function mayLink(account: Account, assertion: Assertion): boolean {
  if (account.emailNormalized !== assertion.address.normalized) return false;
  if (assertion.provenAccountId === account.id) return true;
  return account.emailVerified && assertion.identity.emailVerified !== false;
}

/**
 * Whether a link still stands. An upstream change of address changes nothing here; a change of *our* address suspends the link
 * until the provider asserts the new one.
 */
export function linkStands(link: FederatedIdentity, account: Account, assertion: Assertion): boolean {
  return link.linkedAddress === account.emailNormalized || mayLink(account, assertion);
}
