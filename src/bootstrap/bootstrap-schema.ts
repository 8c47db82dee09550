import { z } from 'zod';
import { accountSchema } from '#accounts';
import { resourceSchema } from '#clients';
import {
  companyIdSchema,
  isTimeZone,
  membershipSchema,
  parseLoginName,
  permissionsSchema,
  settingsSchema,
} from '#companies';
import { isSupportedHash } from '#credentials';
import { connectionSchema } from '#federation';
import { parseEmail } from '#kernel';
import { clientEntrySchema } from './client-entry.ts';
import { type Secret, type SecretSources, secretSchema } from './secret-source.ts';

const instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'must be a date, or a date with time and zone such as 2026-01-01T00:00:00Z',
});
const email = z
  .string()
  .refine((text) => parseEmail(text) !== undefined, { error: 'must be an e-mail address' });

/** The bootstrap file as operators write it (docs/bootstrap.md); unknown keys are refused everywhere. */
export function bootstrapSchema(sources: SecretSources) {
  const secret = secretSchema(sources);
  return z.strictObject({
    companies: z.array(companyEntrySchema(secret)).default([]),
    accounts: z.array(accountEntrySchema(secret)).default([]),
    clients: z.array(clientEntrySchema(secret)).default([]),
    resources: z.array(resourceSchema).default([]),
  });
}

export type BootstrapInput = z.infer<ReturnType<typeof bootstrapSchema>>;

function companyEntrySchema(secret: Secret) {
  const entry = z.strictObject({
    id: companyIdSchema,
    name: z.string().min(1).max(200).optional(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, { error: 'must be an ISO country code such as US' })
      .default('US'),
    settings: settingsSchema.prefault({}),
    connections: z.array(connectionEntrySchema(secret)).default([]),
    domains: z
      .array(
        z.strictObject({
          domain: z.string(),
          verified: z.boolean().default(false),
          ssoTargeted: z.boolean().default(false),
          connection: z.string().optional(),
        }),
      )
      .default([]),
  });
  return entry.transform((company) => ({ ...company, name: company.name ?? company.id }));
}

function connectionEntrySchema(secret: Secret) {
  return connectionSchema.omit({ companyId: true, createdAt: true, updatedAt: true }).extend({
    name: z.string().min(1).optional(),
    protocol: z.literal('oidc').default('oidc'),
    clientSecret: secret,
  });
}

function accountEntrySchema(secret: Secret) {
  return z
    .strictObject({
      email,
      name: z.string().min(1).max(200).optional(),
      // A language tag such as fr-CA stands for its language.
      locale: z.preprocess(
        (tag) => (typeof tag === 'string' ? tag.split('-')[0] : tag),
        accountSchema.shape.locale,
      ),
      timeZone: z.string().refine(isTimeZone, { error: 'must be an IANA time zone' }).optional(),
      claims: accountSchema.shape.claims,
      platformRole: accountSchema.shape.platformRole,
      password: secret.optional(),
      passwordHash: secret
        .pipe(
          z.string().refine(isSupportedHash, {
            error: 'must be bcrypt, argon2id, scrypt or pbkdf2 in the usual encoded form, of bearable cost',
          }),
        )
        .optional(),
      passwordChangedAt: instant.optional(),
      totpSecret: secret
        .transform((typed) => typed.replace(/[\s-]/g, '').toUpperCase())
        .pipe(z.string().regex(/^[A-Z2-7]{16,}=*$/i, { error: 'must be base32, 16 characters at least' }))
        .optional(),
      phone: secret
        .transform((typed) => typed.replace(/[\s().-]/g, ''))
        .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, { error: 'must be a number such as +15551234567' }))
        .optional(),
      memberships: z.array(membershipEntrySchema).default([]),
      acceptedTerms: z.boolean().default(false),
    })
    .refine(({ password, passwordHash }) => password === undefined || passwordHash === undefined, {
      path: ['passwordHash'],
      error: 'password and passwordHash exclude each other',
    })
    .transform((account) => ({ ...account, name: account.name ?? account.email }));
}

const membershipEntrySchema = z.strictObject({
  company: companyIdSchema,
  permissions: permissionsSchema.prefault({}),
  payments: membershipSchema.shape.payments,
  loginName: z
    .string()
    .refine((typed) => parseLoginName(typed) !== undefined, {
      error: 'must be what stands before the @: no spaces, at most 64 characters',
    })
    .transform((typed) => parseLoginName(typed) ?? typed)
    .nullable()
    .exactOptional(),
});
