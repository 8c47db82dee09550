import { z } from 'zod';
import { LOCALES } from '#i18n';

/** Most characters of what a person may write. */
export const LONGEST = { fullName: 200, companyName: 200, projects: 1_000, replyTo: 254 } as const;

export const CASE_STATES = ['open', 'matched', 'not-matched'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** One question of the identity check and what was answered; never passwords or codes (N3). */
const checkSchema = z.strictObject({
  at: z.int(),
  by: z.string(),
  question: z.string().max(500),
  answer: z.string().max(500),
});

export const supportCaseSchema = z.strictObject({
  /** Ten digits: what support and the person call it by. */
  id: z.string(),
  openedAt: z.int(),
  state: z.enum(CASE_STATES),
  locale: z.enum(LOCALES),
  fullName: z.string().max(LONGEST.fullName),
  companyName: z.string().max(LONGEST.companyName),
  projects: z.string().max(LONGEST.projects),
  /** Where the person can be reached, as typed: no address that we know of. */
  replyTo: z.string().max(LONGEST.replyTo).optional(),
  /** SHA-256 of the key that lets the browser of the form add `replyTo`, once. */
  contactKey: z.string(),
  checks: z.array(checkSchema),
  /** The account that the person was matched with. */
  accountId: z.string().optional(),
  decidedAt: z.int().optional(),
  revealedAt: z.int().optional(),
  expiresAt: z.int(),
});
export type SupportCase = z.infer<typeof supportCaseSchema>;

/** Letter case, accents written either way and doubled spaces don't tell names apart. */
export function isSameName(one: string, other: string): boolean {
  return normalized(one) === normalized(other);
}

const normalized = (name: string) => name.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
