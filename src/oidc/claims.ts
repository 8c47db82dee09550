import type { Account } from '#accounts';
import type { Company, Membership } from '#companies';

/** Standard claims by scope (OIDC Core 5.4) plus ours; the library filters by what was granted. */
export const CLAIMS_BY_SCOPE = {
  // In every ID token and, by extraTokenClaims, in JWT access tokens.
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
  company: ['company_id', 'company_name', 'company_permissions'],
};

/** The scopes that carry these claims: a claim asked for by name is allowed like its scope (OIDC Core 5.5). */
export function scopesOfClaims(claims: Iterable<string>): string[] {
  const asked = new Set(claims);
  return Object.entries(CLAIMS_BY_SCOPE).flatMap(([scope, names]) =>
    scope !== 'openid' && names.some((name) => asked.has(name)) ? [scope] : [],
  );
}

/** The server's own scopes; those of APIs come with their resources. */
export const SCOPES: readonly string[] = [...Object.keys(CLAIMS_BY_SCOPE), 'offline_access'];

/** Everything we know of a person; `company` is the one chosen for this relying party, when its membership is active. */
export function accountClaims(
  account: Account,
  chosen: { company: Company; membership: Membership } | undefined,
  phone: string | undefined,
): Record<string, unknown> {
  return {
    ...account.claims,
    sub: account.id,
    name: account.name,
    email: account.email,
    email_verified: account.emailVerified,
    ...(account.locale && { locale: account.locale }),
    ...(account.timeZone && { zoneinfo: account.timeZone }),
    updated_at: Math.floor(account.updatedAt / 1000),
    ...(phone && { phone_number: phone, phone_number_verified: true }),
    ...(chosen && companyClaims(chosen.company, chosen.membership)),
  };
}

function companyClaims(company: Company, membership: Membership): Record<string, unknown> {
  return {
    company_id: company.id,
    company_name: company.name,
    company_permissions: {
      ...membership.permissions,
      ...(membership.payments && { payments: membership.payments }),
    },
  };
}
