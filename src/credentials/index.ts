/**
 * credentials: passwords, authenticator apps, passkeys, recovery codes, reset links, phone numbers and codes by e-mail of accounts.
 * Owns their rules, hashing, tries, locks and single use; every answer is the same work for unknown people.
 * Leaves who must prove what (effective policy, routing, steps) to companies, federation and interactions.
 */

export { createCredentials } from './create-credentials.ts';
export type {
  Credentials,
  Passwords,
  SetReason,
  Totp,
} from './credentials.ts';
export type { EmailCodes } from './email-code/email-codes.ts';
export { isSupportedHash } from './hashing/encoded-hash.ts';
export type { KeyKind, PasskeyRefusal, Passkeys } from './passkey/passkey-factor.ts';
export { passkeyNameRefusal } from './passkey/passkey-texts.ts';
export { checkPassword, isTooLong, type RuleId } from './password/password-rules.ts';
export { newPasswordProblems, passwordRuleViews, unmetRulesText } from './password/rule-views.ts';
export {
  createExpiryReminders,
  type ExpiryReminders,
  isExpiringSoon,
} from './password-expiry/expiry-reminders.ts';
export { NUMBER_REFUSALS } from './phone/number-texts.ts';
export type { PaymentsRole, Phones } from './phone/phone-factor.ts';
export type { CredentialsConfig, CredentialsParts } from './ports.ts';
export type { CodeOrigin } from './second-factor-tries.ts';
export type {
  CodeRefusal,
  CodeRequest,
  PendingCode,
  SentCode,
  SentCodeFactor,
} from './sent-code/sent-code.ts';
export { codeRefusal, deliveryText, sendingText } from './sent-code/sent-code-texts.ts';
