import type { Account } from '#accounts';
import { actedBy } from '#audit';
import { AppError } from '#kernel';
import { type Invitation, invitationState } from './invitation.ts';
import type { InvitationStore } from './invitation-store.ts';
import type { Invitations, OpenAccountOptions } from './invitations.ts';
import type { InvitationsParts } from './ports.ts';

/** Version of the words next to the box: a stored "yes" is worth what was written there (A11). */
const NEWSLETTER_VERSION = '2026-11';

export function createAcceptInvitation(
  { invitations, byToken }: InvitationStore,
  parts: InvitationsParts,
): Pick<Invitations, 'openAccount' | 'accept'> {
  const { clock, accounts, companies, audit } = parts;

  async function create(invitation: Invitation, { origin: _origin, ...wishes }: OpenAccountOptions) {
    const locale = wishes.locale ?? invitation.locale;
    const made = await accounts.create({
      email: invitation.email,
      name: invitation.name ?? invitation.email,
      status: 'active',
      emailVerified: true,
      // A change of address that somebody began and nobody proved gives way to its owner (X4).
      overPending: true,
      actor: 'invitation',
      ...(locale && { locale }),
    });
    if (made.outcome === 'created') return made.account;
    // The same person in another browser was quicker.
    const taker = await accounts.byEmail(invitation.address);
    if (!taker) throw new AppError('permission-denied', 403);
    return taker;
  }

  /** Nobody had proven the address: whatever opens this account was somebody else's preparation (X4). */
  async function takeOver(account: Account, { origin }: OpenAccountOptions): Promise<void> {
    if (account.emailVerified) return;
    await accounts.raiseEpoch(account.id, 'address-changed');
    await parts.credentials.forgetAll(account.id, { actor: 'invitation', origin });
    await accounts.raiseEpoch(account.id, 'address-changed');
    await accounts.proveAddress(account.id);
  }

  return {
    async openAccount(invitation, options) {
      const found = (await accounts.byEmail(invitation.address)) ?? (await create(invitation, options));
      if (found.status === 'inactive') return undefined;
      await takeOver(found, options);
      const { newsletter } = options;
      return accounts.update(found.id, (account) =>
        // Asked again in the write itself: an administrator may have said no, or the address moved on, in this moment.
        account.status === 'inactive' || account.emailNormalized !== invitation.address
          ? undefined
          : {
              ...account,
              status: 'active',
              ...(newsletter !== undefined && {
                newsletter: { subscribed: newsletter, version: NEWSLETTER_VERSION, at: clock.now() },
              }),
            },
      );
    },

    /** Membership first: a crash in between leaves an open link that does the same again. */
    async accept(token, account, origin) {
      const invitation = await byToken(token);
      if (!invitation || invitation.address !== account.emailNormalized) return { outcome: 'refused' };
      if (invitation.acceptedBy === account.id) return { outcome: 'accepted' };
      if (invitationState(invitation, clock.now()) !== 'invited') return { outcome: 'refused' };
      const { id, companyId, permissions, payments } = invitation;
      const acting = { actor: account.id, origin };
      const former = await companies.membership(companyId, account.id);
      const membership = {
        companyId,
        accountId: account.id,
        status: 'active' as const,
        permissions,
        ...(payments && { payments }),
        ...(former?.loginName && { loginName: former.loginName }),
        createdAt: former?.createdAt ?? clock.now(),
      };
      await companies.putMembership(membership, acting);
      const event = audit.emission({
        type: 'invite.accepted',
        ...actedBy(acting),
        accountId: account.id,
        companyId,
      });
      const accepted = await invitations.update(
        id,
        (one) =>
          one.revokedAt === undefined && one.acceptedAt === undefined
            ? { ...one, acceptedAt: clock.now(), acceptedBy: account.id }
            : undefined,
        { emit: () => [event] },
      );
      if (accepted) return { outcome: 'accepted' };
      // Revoked, or accepted in another tab, in this very moment.
      if ((await invitations.get(id))?.acceptedBy === account.id) return { outcome: 'accepted' };
      await companies.putMembership(former ?? { ...membership, status: 'inactive' }, acting);
      return { outcome: 'refused' };
    },
  };
}
