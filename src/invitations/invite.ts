import type { Acting } from '#audit';
import { isLoginNameLike, permissionsSchema } from '#companies';
import { parseEmail } from '#kernel';
import { invitationId, invitationState } from './invitation.ts';
import type { InvitationStore } from './invitation-store.ts';
import type { Invitations, InviteRequest } from './invitations.ts';
import type { InvitationsParts } from './ports.ts';
import type { SendInvitation } from './send-invitation.ts';

/** A2, A18: what a company's administrator does about invitations. */
export function createInvite(
  { invitations }: InvitationStore,
  { send }: SendInvitation,
  { clock, accounts, companies, clients }: InvitationsParts,
): Pick<Invitations, 'invite' | 'resend'> {
  return {
    async invite(request: InviteRequest, acting: Acting) {
      const { companyId, email, permissions, clientId, ...facts } = request;
      const company = await companies.byId(companyId);
      if (!company) return { outcome: 'unknown-company' };
      const address = parseEmail(email);
      if (!address) return { outcome: 'invalid-address' };
      if (isLoginNameLike(address) && (await companies.byLoginLabel(address.domain)))
        return { outcome: 'login-name' };
      if (clientId !== undefined && !(await clients.byId(clientId))?.enabled)
        return { outcome: 'unknown-client' };
      const known = await accounts.resolveAddress(address.normalized);
      if (known?.state === 'retired') return { outcome: 'address-retired' };
      const membership =
        known?.state === 'primary' ? await companies.membership(companyId, known.account.id) : undefined;
      if (membership?.status === 'active') return { outcome: 'already-member' };

      const id = invitationId(companyId, address.normalized);
      let openSince: number | undefined;
      const invitation = await send(
        id,
        (former) => {
          const open = former && invitationState(former, clock.now()) === 'invited' ? former : undefined;
          openSince = open?.createdAt;
          // Inviting again without a word about the language isn't a wish for the default one.
          const locale = facts.locale ?? former?.locale;
          return {
            ...facts,
            ...(locale && { locale }),
            ...(clientId !== undefined && { clientId }),
            id,
            companyId,
            address: address.normalized,
            email: address.display,
            permissions: permissionsSchema.parse(permissions ?? {}),
            invitedBy: acting.actor,
            createdAt: clock.now(),
            // The mails of an invitation that is still open go on working.
            ...(open && { tokenHashes: open.tokenHashes }),
          };
        },
        { ...acting, again: false, companyName: company.name },
      );
      if (!invitation) return { outcome: 'too-many-mails' };
      return { outcome: 'invited', invitation, ...(openSince !== undefined && { openSince }) };
    },

    async resend(companyId, email, acting) {
      const address = parseEmail(email)?.normalized ?? '';
      const [former, company] = await Promise.all([
        invitations.get(invitationId(companyId, address)),
        companies.byId(companyId),
      ]);
      if (!former || !company) return { outcome: 'unknown' };
      const state = invitationState(former, clock.now());
      if (state === 'accepted' || state === 'revoked') return { outcome: state };
      const invitation = await send(former.id, stillWanted, {
        ...acting,
        again: true,
        companyName: company.name,
      });
      return invitation ? { outcome: 'resent', invitation } : { outcome: 'too-many-mails' };
    },
  };
}

/** Only what was neither accepted nor revoked meanwhile is sent again. */
export function stillWanted<T extends { acceptedAt?: number | undefined; revokedAt?: number | undefined }>(
  former: T | undefined,
): T | undefined {
  return former && former.acceptedAt === undefined && former.revokedAt === undefined ? former : undefined;
}
