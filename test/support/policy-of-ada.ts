import { type Company, effectivePolicy, type Membership, type SignInMethod } from '#companies';

const account = { id: 'ada' };
export const local: SignInMethod = { kind: 'local' };
export const now = Date.parse('2026-11-22T12:00:00Z');

/** Ada's membership. */
export function member(companyId: string, more: Partial<Membership> = {}): Membership {
  const permissions = { companyAdmin: 'none', directory: 'none' } as const;
  return {
    id: `${companyId}:ada`,
    companyId,
    accountId: 'ada',
    status: 'active',
    permissions,
    createdAt: 1,
    ...more,
  };
}

/** What counts for Ada: all companies given, one membership of each unless said otherwise. */
export function policyOf(
  companies: Company[],
  memberships = companies.map(({ id }) => member(id)),
  signIn = local,
  at = now,
) {
  return effectivePolicy({ account, memberships, companies, signIn, now: at });
}
