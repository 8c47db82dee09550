import type { Account } from '#accounts';
import { parseEmail } from '#kernel';
import type { Directory } from './directory.ts';
import type { SignInKind } from './interaction-result.ts';

/**
 * Whether the person would sign in elsewhere today: the rule of the domain decides for sign-ins of before as well (X38).
 * An IdP that is switched off takes no new sign-ins; those it gave go on.
 */
export async function hasSignInMoved(
  signIn: SignInKind,
  account: Pick<Account, 'email'>,
  { federation }: Directory,
): Promise<boolean> {
  const address = parseEmail(account.email);
  if (!address) return false;
  const route = await federation.routing.route(address);
  if (route.outcome === 'local') return signIn.kind !== 'local';
  if (signIn.kind === 'local') return true;
  return route.outcome === 'sso'
    ? route.connection.id !== signIn.connectionId
    : route.company.id !== signIn.companyId;
}
