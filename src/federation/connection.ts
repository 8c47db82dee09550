import { z } from 'zod';

/** A company's identity provider. */
export const connectionSchema = z.strictObject({
  id: z.string(),
  companyId: z.string(),
  /** Shown to people: "Continue to …". */
  name: z.string(),
  protocol: z.literal('oidc'),
  preset: z.enum(['okta', 'entra', 'google', 'generic']).default('generic'),
  enabled: z.boolean().default(true),
  issuer: z.string(),
  clientId: z.string(),
  /** Sealed in storage. */
  clientSecret: z.string(),
  tokenEndpointAuthMethod: z
    .enum(['client_secret_basic', 'client_secret_post', 'client_secret_basic_raw'])
    .default('client_secret_basic'),
  scopes: z.array(z.string()).default(['openid', 'email', 'profile']),
  /** Makes an account and a membership without permissions at the first sign-in of an unknown person. */
  jitProvisioning: z.boolean().default(true),
  /** Upstream `acr` or `amr` value → what it is worth here, as the operator has verified for this IdP. */
  acrMapping: z
    .record(z.string(), z.enum(['urn:gatehouse:acr:mfa', 'urn:gatehouse:acr:mfa-app', 'phr']))
    .default({}),
  clockToleranceSeconds: z.int().min(0).max(60).default(30),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** A person's identity at a connection: (connection, issuer, sub), Entra (connection, tid, oid). */
export const federatedIdentitySchema = z.strictObject({
  /** Digest of the identity key. */
  id: z.string(),
  connectionId: z.string(),
  accountId: z.string(),
  /** The account's normalized address when the link was made; a later change of address suspends the link. */
  linkedAddress: z.string(),
  linkedAt: z.int(),
  lastSignInAt: z.int().optional(),
});
export type FederatedIdentity = z.infer<typeof federatedIdentitySchema>;

/** What an IdP's checked answer says; the connector's only output. */
export interface UpstreamIdentity {
  connectionId: string;
  /** Parts of the identity key, in order. */
  identityKey: readonly string[];
  email: string;
  emailVerified: boolean | undefined;
  name: string | undefined;
  givenName: string | undefined;
  familyName: string | undefined;
  /** Epoch milliseconds, only where the preset says that the IdP's value can be trusted. */
  authTime: number | undefined;
  acr: string | undefined;
  amr: readonly string[];
}
