import { AppError } from '#kernel';
import type { Facts } from './facts.ts';
import { isSelectingAccount } from './journeys.ts';
import type { Services } from './services.ts';
import type { Visit } from './step.ts';

/** Why the client is refused, whatever else could be proven; undefined when it isn't. */
export function refusalOf(visit: Visit): string | undefined {
  if (visit.progress.declined) return 'the person declined';
  // Whoever may still become somebody else is not turned away yet.
  if (isSelectingAccount(visit.facts) || !isForeignCompany(visit)) return undefined;
  return 'the person is not a member of the requested company';
}

/** The relying party named a company that the person is not in. */
function isForeignCompany({ pending, facts }: Visit): boolean {
  const asked = pending.params['company'];
  return Boolean(asked && facts.primary && !facts.memberships.some(({ companyId }) => companyId === asked));
}

/** A19: the right password, but nowhere to go: whom to ask instead of "wrong password". */
export async function assertSomeCompany({ facts }: { facts: Facts }, { companies }: Services): Promise<void> {
  const { account, memberships } = facts;
  if (!account || memberships.length > 0 || account.platformRole) return;
  if ((await companies.membershipsOf(account.id)).length > 0) throw new AppError('permission-denied', 403);
}
