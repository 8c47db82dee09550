import { z } from 'zod';
import { permissionsSchema } from '#companies';
import { LOCALES } from '#i18n';

/** One invitation per company and address; inviting again after an end starts it anew. */
export const invitationSchema = z.strictObject({
  /** `${companyId}:${address}` */
  id: z.string(),
  companyId: z.string(),
  /** parseEmail().normalized: accepting cannot change it (A4). */
  address: z.string(),
  /** As the administrator wrote it. */
  email: z.string(),
  name: z.string().optional(),
  /** Language of the mail while the person has not chosen one. */
  locale: z.enum(LOCALES).optional(),
  /** Relying party to which the person is returned in the end. */
  clientId: z.string().optional(),
  permissions: permissionsSchema,
  payments: z.enum(['payor', 'payee']).optional(),
  /** SHA-256 of each token that was mailed, newest first: whichever mail is opened, it leads to the same place. */
  tokenHashes: z.array(z.string()),
  validUntil: z.int(),
  /** Mails of one day, UTC: no address is flooded by one company (X32). */
  mails: z.strictObject({ day: z.int(), count: z.int(), lastAt: z.int() }),
  invitedBy: z.string(),
  createdAt: z.int(),
  acceptedAt: z.int().optional(),
  /** Account that accepted. */
  acceptedBy: z.string().optional(),
  revokedAt: z.int().optional(),
  /** Authorization request at which the person asked for the mail again: it goes on there, in the same browser. */
  resume: z.string().optional(),
  /** Kept longer than it is valid, so that a late click is told what happened (W19). */
  expiresAt: z.int(),
});
export type Invitation = z.infer<typeof invitationSchema>;

export type InvitationState = 'invited' | 'accepted' | 'expired' | 'revoked';

export function invitationId(companyId: string, address: string): string {
  return `${companyId}:${address}`;
}

/** What an administrator sees (A18) and a link is worth. */
export function invitationState(
  { acceptedAt, revokedAt, validUntil }: Pick<Invitation, 'acceptedAt' | 'revokedAt' | 'validUntil'>,
  now: number,
): InvitationState {
  if (acceptedAt !== undefined) return 'accepted';
  if (revokedAt !== undefined) return 'revoked';
  return now >= validUntil ? 'expired' : 'invited';
}
