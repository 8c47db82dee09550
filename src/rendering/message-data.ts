/**
 * The data of every message by kind: views/messages/<kind>/{subject,text,html}.eta. Links stand alone on their line.
 * `at` is an instant in words with its zone (`formatInstant`), in the person's language; `name` may be empty.
 */
export interface MessageData {
  /** `until`: an instant in words, as `at`. */
  welcome: { name: string; companyName: string; link: string; until: string };
  'password-reset': { name: string; link: string; minutes: number };
  /** `idpName`: where it has a name of its own. */
  'password-reset-sso': { name: string; companyName: string; idpName?: string; itContact?: string };
  'password-changed': { name: string; at: string };
  /** `link` leads to where a new one can be made at once. */
  'password-expiring': { name: string; at: string; link: string };
  'address-changed': { name: string; newAddress: string };
  /** To the new address; `link` proves it. */
  'address-change-new': { name: string; newAddress: string; link: string; hours: number };
  /** To the old address; `link` confirms or cancels. */
  'address-change-old': { name: string; newAddress: string; link: string; hours: number };
  'security-changed': { name: string; at: string; change: SecurityChange };
  'retired-address': { newAddress: string };
  'recovery-code-used': { name: string; at: string };
  'authenticator-added': { name: string; at: string };
  /** `number` shows its last two digits only. */
  'phone-added': { name: string; at: string; number: string };
  /** `passkey`: the name that the person gave it. */
  'passkey-added': { name: string; at: string; passkey: string };
  'passkey-removed': { name: string; at: string; passkey: string };
  'account-locked': { name: string; resetLink: string };
  /** Wrong codes of somebody who came past the password. Mails of an earlier release wait without a `reason`: it was `wrong`. */
  'codes-tried': { name: string; at: string; resetLink: string; reason?: 'wrong' | 'unanswered' };
  /** To the support team: a new case with its three facts, or later where to answer it. */
  'support-case': {
    name: '';
    id: string;
    fullName?: string;
    companyName?: string;
    projects?: string;
    replyTo?: string;
  };
  /** `code`: the only six-digit number of the mail. `setUp`: it is to set codes by e-mail up, nobody logs in with it. */
  'verification-code': { name: string; code: string; minutes: number; setUp?: boolean };
  'session-revoked': { name: string; at: string; clientName: string };
}

export type SecurityChange =
  | 'authenticator-removed'
  | 'phone-removed'
  | 'email-code-added'
  | 'email-code-removed'
  | 'recovery-code-issued'
  | 'always-require-on'
  | 'always-require-off'
  | 'device-trusted';

/** The data of every text message by kind: views/sms/<kind>.eta. */
export interface SmsData {
  /** `host`: for which the last line binds the code (origin-bound one-time codes), so that phones fill it in there only. */
  'verification-code': { code: string; minutes: number; host: string };
}

export type SmsKind = keyof SmsData;
export type MessageKind = keyof MessageData;
