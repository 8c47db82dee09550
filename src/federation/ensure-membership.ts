import type { RequestOrigin } from '#audit';
import type { Clock } from '#kernel';
import type { CompanyDirectory } from './ports.ts';

/**
 * Makes the person an active member of the connection's company: a new membership has no permissions, an invitation is
 * accepted by this sign-in. Never called for an `inactive` membership. Resolves with whether the membership is new.
 */
export async function ensureMembership(
  companies: CompanyDirectory,
  clock: Clock,
  {
    companyId,
    accountId,
    origin,
  }: { companyId: string; accountId: string; origin?: RequestOrigin | undefined },
): Promise<boolean> {
  const membership = await companies.membership(companyId, accountId);
  if (membership?.status === 'active') return false;
  await companies.putMembership(
    membership
      ? { ...membership, status: 'active' }
      : {
          id: `${companyId}:${accountId}`,
          companyId,
          accountId,
          status: 'active',
          permissions: { companyAdmin: 'none', directory: 'none' },
          createdAt: clock.now(),
        },
    { actor: accountId, ...(origin && { origin }) },
  );
  return !membership;
}
