import { z } from 'zod';
import { isTimeZone } from './enforcement.ts';
import { loginNamesSchema } from './login-name.ts';

/** The platform's floor, which no company goes below (C-1, C-9). */
export const MIN_PASSWORD_LENGTH = 8;

/** Bounds of the platform, so that one rogue company can't lock the world out. */
export const settingsSchema = z.strictObject({
  password: z
    .strictObject({
      minLength: z.int().min(MIN_PASSWORD_LENGTH).max(128).default(MIN_PASSWORD_LENGTH),
      expiryDays: z.int().min(1).max(3650).nullable().default(null),
    })
    .prefault({}),
  lockout: z
    .strictObject({ enabled: z.boolean().default(false), attempts: z.int().min(3).max(100).default(3) })
    .prefault({}),
  session: z.strictObject({ idleMinutes: z.int().min(5).max(525_600).nullable().default(null) }).prefault({}),
  mfa: z
    .strictObject({
      available: z.boolean().default(true),
      required: z.boolean().default(false),
      /** Local date from whose 00:00 on, in `timeZone`, MFA is enforced; null: at once when required. */
      enforcementDate: z.iso.date().nullable().default(null),
      /** IANA zone of the administrator who saved it (C15, H6). */
      timeZone: z.string().refine(isTimeZone, { error: 'must be an IANA time zone' }).default('UTC'),
      /** Days for which a person may have a browser pass as second factor at log-in; null: never (H13). */
      trustedDeviceDays: z.int().min(1).max(90).nullable().default(null),
    })
    .prefault({}),
  itContact: z.string().nullable().default(null),
  loginNames: loginNamesSchema,
  /** Whom the company's people turn to, beside their administrator (N6). */
  support: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .exactOptional(),
      phone: z
        .string()
        .regex(/^[+0-9][0-9 ()./-]{2,39}$/, { error: 'must be a telephone number' })
        .exactOptional(),
      email: z.email().max(254).exactOptional(),
    })
    .exactOptional(),
});

/** Part of addresses and of membership ids. */
export const companyIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, { error: 'letters, digits, - and _ only, at most 63' });

export const companySchema = z.strictObject({
  id: companyIdSchema,
  name: z.string(),
  country: z.string().length(2).default('US'),
  settings: settingsSchema,
  /** Instant from which trusted devices are allowed without a break; kept by the store. */
  trustedDevicesSince: z.int().exactOptional(),
  /** `settings.loginNames.label`, unique among companies; kept by the store. */
  loginLabel: z.string().exactOptional(),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type Company = z.infer<typeof companySchema>;
