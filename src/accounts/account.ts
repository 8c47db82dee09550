import { z } from 'zod';
import { LOCALES } from '#i18n';

/** One person. Credentials live apart (src/credentials), memberships in src/companies. */
export const accountSchema = z.strictObject({
  id: z.string(),
  /** As typed, for display and mail. */
  email: z.string(),
  /** parseEmail(email).normalized. */
  emailNormalized: z.string(),
  /** An address counts as verified when mail to it was answered, or the operator's bootstrap file vouches for it. */
  emailVerified: z.boolean(),
  name: z.string(),
  locale: z.enum(LOCALES).optional(),
  timeZone: z.string().optional(),
  status: z.enum(['invited', 'active', 'inactive']),
  /** Raised whenever older sessions, grants, tokens and proofs must be worth nothing (docs/decisions/004). */
  epoch: z.int().nonnegative(),
  platformRole: z.enum(['operator', 'paySupport']).optional(),
  /** Further OIDC standard claims: given_name, address, … */
  claims: z.record(z.string(), z.unknown()).optional(),
  /** The terms last agreed to. */
  acceptedTerms: z.strictObject({ version: z.string(), at: z.int(), ip: z.string().optional() }).optional(),
  /** The choice at "product updates", with the version of the words beside the box (A11). */
  newsletter: z.strictObject({ subscribed: z.boolean(), version: z.string(), at: z.int() }).optional(),
  /** False: the person wants no second factor at each log-in, where no company enforces one; on otherwise. */
  alwaysSecondFactor: z.boolean().optional(),
  /** Raised whenever devices that were trusted before must not count again (docs/decisions/019); 0 when absent. */
  trustEpoch: z.int().nonnegative().optional(),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type Account = z.infer<typeof accountSchema>;

/** Every address an account ever had: reserve → switch → release, so that one address leads to one account (B11). */
export const addressSchema = z.strictObject({
  /** parseEmail().normalized. */
  address: z.string(),
  accountId: z.string(),
  state: z.enum(['primary', 'pending', 'retired', 'alias']),
  since: z.int(),
  expiresAt: z.int().optional(),
});
export type Address = z.infer<typeof addressSchema>;
