import type { Account } from '#accounts';
import type { Company, Membership } from '#companies';
import type { Inspected } from '#invitations';
import type { PendingInteraction } from '#oidc';
import type { Services } from './services.ts';

/** The invitation that this log-in is to accept; read afresh at every hop. */
export interface Invited {
  invitation: Extract<Inspected, { outcome: 'open' }>['invitation'];
  company: Company;
  /** Nobody can sign in with its address yet: a password is created instead of asked for. */
  isNew: boolean;
}

/** `over`: the link of this browser is used, expired, revoked or unknown, so that there is nothing to accept. */
export async function findInvited(
  { client, settled }: PendingInteraction,
  token: string | undefined,
  { invitations, accounts, credentials }: Services,
): Promise<Invited | 'over' | undefined> {
  if (!client.acceptsInvitation || settled.invitation) return undefined;
  const found = await invitations.inspect(token ?? '');
  if (found.outcome !== 'open') return 'over';
  const { invitation, company } = found;
  const account = await accounts.byEmail(invitation.address);
  // An address that nobody proved before is its owner's to open anew (X4).
  const isNew = !account?.emailVerified || !(await credentials.passwords.state(account.id)).has;
  return { invitation, company, isNew: isNew && account?.status !== 'inactive' };
}

export function isInvited(account: Account | undefined, { invitation }: Invited): boolean {
  return account?.emailNormalized === invitation.address;
}

/** What the person will be: it weighs like a membership from here on, so that the company's policy holds at its own door. */
export function comingMembership(account: Pick<Account, 'id'>, { invitation }: Invited): Membership {
  const { companyId, permissions, payments } = invitation;
  return {
    id: `${companyId}:${account.id}`,
    companyId,
    accountId: account.id,
    status: 'active',
    permissions,
    ...(payments && { payments }),
    createdAt: invitation.createdAt,
  };
}
