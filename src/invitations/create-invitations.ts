import { type Acting, actedBy } from '#audit';
import { parseEmail } from '#kernel';
import { createAcceptInvitation } from './accept-invitation.ts';
import { type Invitation, invitationId, invitationState } from './invitation.ts';
import { createInvitationStore } from './invitation-store.ts';
import type { Invitations } from './invitations.ts';
import { createInvite } from './invite.ts';
import type { InvitationsParts } from './ports.ts';
import { createRemind } from './remind-invited.ts';
import { createSendInvitation } from './send-invitation.ts';
import { createSetTemporaryPassword } from './temporary-password.ts';

/** Declares its collection: to be called before the storage opens. */
export function createInvitations(parts: InvitationsParts): Invitations {
  const { clock, companies, audit } = parts;
  const store = createInvitationStore(parts.storage);
  const { invitations } = store;
  const sending = createSendInvitation(store, parts);
  const find = async (companyId: string, email: string): Promise<Invitation | undefined> => {
    const address = parseEmail(email);
    return address && invitations.get(invitationId(companyId, address.normalized));
  };

  return {
    ...createInvite(store, sending, parts),
    ...createAcceptInvitation(store, parts),
    ...createRemind(store, sending, parts),
    setTemporaryPassword: createSetTemporaryPassword(parts),

    async revoke(companyId, email, acting: Acting) {
      const found = await find(companyId, email);
      if (!found) return { outcome: 'unknown' };
      const event = audit.emission({
        type: 'invite.revoked',
        ...actedBy(acting),
        companyId,
        details: { address: found.address },
      });
      const revoked = await invitations.update(
        found.id,
        (one) =>
          one.acceptedAt === undefined ? { ...one, revokedAt: one.revokedAt ?? clock.now() } : undefined,
        { emit: () => [event] },
      );
      return { outcome: revoked ? 'revoked' : 'accepted' };
    },

    async list(companyId, { limit, after } = {}) {
      const { items, next } = await invitations.find({
        index: 'byCompany',
        equals: [companyId],
        ...(limit !== undefined && { limit }),
        ...(after !== undefined && { after }),
      });
      const now = clock.now();
      return {
        items: items.map((one) => ({ ...one, state: invitationState(one, now) })),
        ...(next !== undefined && { next }),
      };
    },

    async inspect(token) {
      const invitation = await store.byToken(token);
      if (!invitation) return { outcome: 'unknown' };
      const state = invitationState(invitation, clock.now());
      if (state !== 'invited') return { outcome: state, invitation };
      const company = await companies.byId(invitation.companyId);
      return company ? { outcome: 'open', invitation, company } : { outcome: 'unknown' };
    },
  };
}
