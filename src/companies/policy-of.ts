import type { Account } from '#accounts';
import type { Companies } from './companies.ts';
import { type EffectivePolicy, effectivePolicy, type SignInMethod } from './effective-policy.ts';

/** The policy of everything that the person belongs to, read fresh (X8). `now`: epoch milliseconds. */
export async function policyOf(
  companies: Pick<Companies, 'activeMembershipsOf' | 'getMany'>,
  account: Pick<Account, 'id'>,
  { signIn, now }: { signIn: SignInMethod; now: number },
): Promise<EffectivePolicy> {
  const memberships = await companies.activeMembershipsOf(account.id);
  const theirs = await companies.getMany(memberships.map(({ companyId }) => companyId));
  return effectivePolicy({ account, memberships, companies: theirs, signIn, now });
}
