/**
 * credentials: passwords, authenticator apps, recovery codes, reset links and phone numbers of accounts.
 * Owns their rules, hashing, tries, locks and single use; every answer is the same work for unknown people.
 * Leaves who must prove what (effective policy, routing, steps) to companies, federation and interactions.
 */
export { createCredentials } from './create-credentials.ts';
export type {
  Credentials,
  DeadLink,
  FactorStatus,
  ImportedPassword,
  PasswordAttempt,
  PasswordPolicy,
  PasswordState,
  Passwords,
  PasswordVerdict,
  Phones,
  RecoveryCodes,
  ResetLinks,
  ResetRequest,
  SetPasswordOutcome,
  SetReason,
  Totp,
  TotpSetUp,
} from './credentials.ts';
export { checkPassword, isTooLong, type PasswordRule, type RuleId } from './password/password-rules.ts';
export { passwordRuleViews, unmetRulesText } from './password/rule-views.ts';
export type {
  CredentialAccounts,
  CredentialAudit,
  CredentialMessages,
  CredentialsConfig,
  CredentialsParts,
  SsoRouting,
} from './ports.ts';
