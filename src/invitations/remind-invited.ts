import type { RequestOrigin } from '#audit';
import { type Invitation, invitationState } from './invitation.ts';
import type { InvitationStore } from './invitation-store.ts';
import type { Invitations } from './invitations.ts';
import { stillWanted } from './invite.ts';
import type { InvitationsParts } from './ports.ts';
import { mayRemind, type SendInvitation } from './send-invitation.ts';

/** A18: the person asks for the mail again, knowingly or by trying to log in. The mail goes to the invited address only. */
export function createRemind(
  { ofAddress, byToken }: InvitationStore,
  { send }: SendInvitation,
  { clock, accounts, companies, credentials }: InvitationsParts,
): Pick<Invitations, 'remind' | 'renew'> {
  async function sendAgain(
    { id, companyId }: Invitation,
    origin: RequestOrigin,
    resume?: string,
  ): Promise<void> {
    const company = await companies.byId(companyId);
    if (!company) return;
    await send(
      id,
      (former) => {
        const wanted = stillWanted(former);
        if (!wanted || !mayRemind(wanted, clock.now())) return undefined;
        return { ...wanted, ...(resume !== undefined && { resume }) };
      },
      { actor: 'anonymous', origin, again: true, companyName: company.name },
    );
  }

  /** Whoever has a password mistyped it: their invitations wait for another company. */
  async function canLogIn(address: string): Promise<boolean> {
    const account = await accounts.byEmail(address);
    return account?.emailVerified === true && (await credentials.passwords.state(account.id)).has;
  }

  return {
    async remind({ address, origin, resume }) {
      const open = (await ofAddress(address)).filter(
        (one) => invitationState(one, clock.now()) === 'invited',
      );
      const newest = open.sort((a, b) => b.mails.lastAt - a.mails.lastAt)[0];
      if (newest && !(await canLogIn(address))) await sendAgain(newest, origin, resume);
    },

    async renew(token, origin) {
      const found = await byToken(token);
      if (found && invitationState(found, clock.now()) === 'expired') await sendAgain(found, origin);
    },
  };
}
