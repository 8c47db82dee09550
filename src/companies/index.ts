/**
 * companies: companies with their security policy, memberships, and the e-mail domains they proved.
 * Owns the one effective policy of a person, the domain rule and that a domain has one proving company.
 * Leaves identity providers and routing to federation, credentials to credentials.
 */
export type { Companies } from './companies.ts';
export {
  type Company,
  companyIdSchema,
  companySchema,
  MIN_PASSWORD_LENGTH,
  settingsSchema,
} from './company.ts';
export { createCompanies } from './create-companies.ts';
export { type Domain, isPublicDomain, parseDomainRule } from './domain.ts';
export { type EffectivePolicy, effectivePolicy, type SignInMethod } from './effective-policy.ts';
export { enforcementInstant, isTimeZone } from './enforcement.ts';
export { createIdentifiers, type Identifiers, type ResolvedIdentifier } from './identifiers.ts';
export { isLoginNameLike, loginNameOf, parseLoginName } from './login-name.ts';
export { type Membership, membershipSchema, permissionsSchema } from './membership.ts';
export { policyOf } from './policy-of.ts';
export { isStillTrusted, type TrustRule } from './trust-rule.ts';
