import { z } from 'zod';

/** A relying party: RFC 7591 names, plus what only Gatehouse knows. */
export const clientSchema = z.looseObject({
  client_id: z.string().min(1).max(200),
  /** Sealed in storage, never shown again. Absent for public clients. */
  client_secret: z.string().optional(),
  client_name: z.string().optional(),
  /** No consent page. */
  first_party: z.boolean().default(false),
  /** Step-up at every entrance (M5). */
  payments: z.boolean().default(false),
  enabled: z.boolean().default(true),
  /** `bootstrap` for the operator's file; `platform` for built-in clients. */
  source: z.enum(['bootstrap', 'platform', 'developer']).default('bootstrap'),
  redirect_uris: z.array(z.string()).default([]),
  grant_types: z.array(z.string()).optional(),
});
export type Client = z.infer<typeof clientSchema>;

/** An API whose access tokens are JWTs (RFC 8707, RFC 9068). */
export const resourceSchema = z.strictObject({
  /** Absolute URI without fragment. */
  indicator: z.string(),
  scopes: z.array(z.string()).default([]),
  accessTokenTtlSeconds: z.int().min(30).max(300).default(300),
  signingAlg: z.enum(['ES256', 'RS256', 'EdDSA']).default('ES256'),
});
export type Resource = z.infer<typeof resourceSchema>;
