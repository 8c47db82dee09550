import { z } from 'zod';
import type { Connection, UpstreamIdentity } from '../../connection.ts';
import { type Preset, presets } from '../../presets.ts';
import { InvalidAnswer } from './upstream-failure.ts';

/** Asymmetric algorithms only: `none` and HMAC with our own client secret never count (X9). */
export const ALLOWED_ALGORITHMS: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

const shortText = z.string().trim().min(1).max(320);
const optionalText = shortText.optional().catch(undefined);
// Some providers write booleans as strings (Cognito) or numbers (Entra's xms_edov).
const flag = z
  .union([
    z.boolean(),
    z.literal(['true', '1', 1]).transform(() => true),
    z.literal(['false', '0', 0]).transform(() => false),
  ])
  .optional()
  .catch(false);

const claimsSchema = z.looseObject({
  iss: shortText,
  sub: z.string().min(1).max(255),
  nonce: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  iat: z.number(),
  auth_time: z.number().nonnegative().optional(),
  acr: optionalText,
  amr: z
    .union([z.array(z.string().max(100)).max(50), z.string().transform((one) => [one])])
    .default([])
    .catch([]),
  email_verified: flag,
  xms_edov: flag,
  tid: optionalText,
  oid: optionalText,
  idp: optionalText,
  name: optionalText,
  given_name: optionalText,
  family_name: optionalText,
});
export type IdTokenClaims = z.infer<typeof claimsSchema>;

/** What may come from userinfo too; the ID token's own word goes first. */
const profileSchema = claimsSchema.pick({
  iss: true,
  idp: true,
  email_verified: true,
  xms_edov: true,
  name: true,
  given_name: true,
  family_name: true,
});

/** What the library leaves unchecked of an ID token whose signature, `iss`, `aud`, `exp` and `nonce` it has checked. @throws InvalidAnswer */
export function checkIdToken(raw: unknown, connection: Connection, now: number): IdTokenClaims {
  const parsed = claimsSchema.safeParse(raw);
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new InvalidAnswer(`id token: missing or malformed ${where}`);
  }
  const claims = parsed.data;
  if (claims.azp !== undefined && claims.azp !== connection.clientId)
    throw new InvalidAnswer('id token: azp is another client');
  const ahead = Math.round(claims.iat - now / 1_000);
  if (ahead > connection.clockToleranceSeconds)
    throw new InvalidAnswer(`id token: issued ${ahead} s in the future; check the provider's clock and ours`);
  checkTenant(claims, connection);
  return claims;
}

/** An Entra issuer names its tenant in its path; a token of another tenant is a stranger's (X1). */
function checkTenant(claims: IdTokenClaims, connection: Connection): void {
  if (connection.preset !== 'entra') return;
  const tenant = /\/([0-9a-f]{8}-[0-9a-f-]{27})(\/|$)/i.exec(new URL(connection.issuer).pathname)?.[1];
  if (tenant && tenant.toLowerCase() !== claims.tid?.toLowerCase())
    throw new InvalidAnswer('id token: tid is another tenant');
}

/** The identity that checked claims describe. @throws InvalidAnswer without the preset's identity claims or an address */
export function identityOf(
  claims: IdTokenClaims,
  connection: Connection,
  more: Readonly<Record<string, unknown>>,
): UpstreamIdentity {
  const preset = presets[connection.preset];
  const identityKey = preset.identityClaims.map((name) => {
    const value = claims[name];
    if (typeof value !== 'string') throw new InvalidAnswer(`id token: ${name} is missing`);
    return value;
  });
  const said = {
    ...more,
    ...Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)),
  };
  const profile = profileSchema.parse(said);
  const email = emailIn(said, preset);
  if (!email) throw new InvalidAnswer('no e-mail address in the id token or at userinfo');
  return {
    connectionId: connection.id,
    identityKey,
    email,
    emailVerified: emailProof(profile, preset),
    name: profile.name,
    givenName: profile.given_name,
    familyName: profile.family_name,
    authTime: preset.authTimeTrusted && claims.auth_time !== undefined ? claims.auth_time * 1_000 : undefined,
    acr: claims.acr,
    amr: claims.amr,
  };
}

/** The asserted address: the first of the preset's claims that holds one. */
export function emailIn(claims: Readonly<Record<string, unknown>>, preset: Preset): string | undefined {
  for (const name of preset.emailClaims) {
    const value = claims[name];
    if (typeof value === 'string' && value.includes('@')) return value;
  }
  return undefined;
}

/** `false` keeps the address from linking or making accounts; `undefined`: the provider says nothing against it. */
function emailProof(claims: z.infer<typeof profileSchema>, preset: Preset): boolean | undefined {
  switch (preset.emailProof) {
    case 'verified-claim':
      return claims.email_verified === true;
    case 'owned-by-tenant':
      // Guests of a tenant carry addresses that their own home tenant may have written (nOAuth).
      if (claims.xms_edov !== undefined) return claims.xms_edov;
      return claims.idp !== undefined && claims.idp !== claims.iss ? false : claims.email_verified;
    case 'unless-denied':
      return claims.email_verified;
  }
}
