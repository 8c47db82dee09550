import { type Acting, actedBy } from '#audit';
import { DEFAULT_LOCALE } from '#i18n';
import { DAY, MINUTE, sha256 } from '#kernel';
import { formatInstant } from '#rendering';
import type { Emission } from '#storage';
import type { Invitation } from './invitation.ts';
import type { InvitationStore } from './invitation-store.ts';
import type { InvitationsParts } from './ports.ts';
import { WELCOME_PATH } from './welcome-client.ts';

/** Links of one invitation that work side by side. */
const LIVE_LINKS = 5;
const MAILS_A_DAY = 10;
/** An ended invitation is remembered for so long, and may be asked for again by its person. */
const REMEMBERED = 90 * DAY;
/** Mails that the person can bring about by trying to log in. */
const REMINDER = { pauseMs: 15 * MINUTE, perDay: 5 };

export type NewInvitation = Pick<
  Invitation,
  'id' | 'companyId' | 'address' | 'email' | 'permissions' | 'invitedBy' | 'createdAt'
> &
  Partial<Invitation>;

export interface SendInvitation {
  /** One write: the new link with its mail and audit event. `undefined`: gone, or enough mails for today. */
  send(
    id: string,
    /** What is sent, from what is stored; undefined leaves it. May run several times. */
    change: (former: Invitation | undefined) => NewInvitation | undefined,
    options: Acting & { again: boolean; companyName: string },
  ): Promise<Invitation | undefined>;
}

/** Whether the person may have the mail again now. */
export function mayRemind({ mails }: Invitation, now: number): boolean {
  const today = mails.day === dayOf(now) ? mails.count : 0;
  return now - mails.lastAt >= REMINDER.pauseMs && today < REMINDER.perDay;
}

const dayOf = (at: number) => Math.floor(at / DAY);

export function createSendInvitation(
  { invitations }: InvitationStore,
  { clock, randomness, accounts, messages, audit, config }: InvitationsParts,
): SendInvitation {
  /** Adds a link to it, for a whole term from now on. */
  function withLink(
    next: NewInvitation,
    former: Invitation | undefined,
    token: string,
  ): Invitation | undefined {
    const now = clock.now();
    const day = dayOf(now);
    const count = former?.mails.day === day ? former.mails.count + 1 : 1;
    if (count > MAILS_A_DAY) return undefined;
    const validUntil = now + config.invitationDays * DAY;
    const live = former && next.tokenHashes && former.validUntil > now ? next.tokenHashes : [];
    return {
      ...next,
      tokenHashes: [sha256(token), ...live].slice(0, LIVE_LINKS),
      validUntil,
      mails: { day, count, lastAt: now },
      expiresAt: validUntil + REMEMBERED,
    };
  }

  return {
    async send(id, change, { again, companyName, ...acting }) {
      const token = randomness.token();
      const make = (former: Invitation | undefined) => {
        const next = change(former);
        return next && withLink(next, former, token);
      };
      const known = await accounts.byEmail(id.slice(id.indexOf(':') + 1));
      const emit = (sent: Invitation): Emission[] => {
        const { companyId, email, address, validUntil } = sent;
        const locale = known?.locale ?? sent.locale ?? DEFAULT_LOCALE;
        const data = {
          name: known?.name ?? sent.name ?? '',
          companyName,
          link: `${config.issuer}${WELCOME_PATH}?token=${token}`,
          until: formatInstant(validUntil, locale, known?.timeZone),
        };
        return [
          audit.emission({
            type: again ? 'invite.resent' : 'invite.sent',
            ...actedBy(acting),
            companyId,
            details: { address },
          }),
          messages.emission({ kind: 'welcome', to: email, locale, data }),
        ];
      };
      const first = make(undefined);
      if (first && (await invitations.insertIfAbsent(first, { emit: emit(first) }))) return first;
      return invitations.update(id, make, { emit });
    },
  };
}
