import type { Account, Accounts, Address } from '#accounts';
import type { Audit } from '#audit';
import type { Identifiers } from '#companies';
import type { Locale } from '#i18n';
import type { Clock, EpochReason, Log, Randomness, SecretBox } from '#kernel';
import type { MessageData, MessageKind, SmsData, SmsKind } from '#rendering';
import type { Emission, Storage } from '#storage';
import type { PasswordHashSettings } from './hashing/hasher.ts';

/** What credentials need of src/accounts. */
export interface CredentialAccounts {
  byId(id: string): Promise<Account | undefined>;
  /** Also addresses that the account had before (B11). */
  resolveAddress(normalized: string): Promise<{ state: Address['state']; account: Account } | undefined>;
  /** A mail to its address was answered. */
  proveAddress(id: string): Promise<void>;
  /** Resolves with the new epoch. */
  raiseEpoch(id: string, reason: EpochReason): Promise<number>;
  changeEmail: Accounts['changeEmail'];
}

/** Whether people of an address sign in at their company's IdP and nowhere else (E1); read fresh at every call. */
export interface SsoRouting {
  isSsoTargeted(
    normalizedAddress: string,
  ): Promise<{ companyName: string; idpName?: string; itContact?: string } | undefined>;
}

export interface Mail<K extends MessageKind = MessageKind> {
  kind: K;
  to: string;
  locale: Locale;
  data: MessageData[K];
  /** Idempotency key. */
  id?: string;
}

export interface CredentialMessages {
  /** A mail to be sent once the document that carries the emission is written. */
  emission<K extends MessageKind>(mail: Mail<K>): Emission;
}

export interface CodeMessages {
  /** A mail that the person waits for. @throws when it could not be queued */
  sendAwaited<K extends MessageKind>(mail: Mail<K> & { id: string; deadline: number }): Promise<void>;
  sendSms<K extends SmsKind>(sms: Sms<K>): Promise<void>;
  /** What became of a message with this idempotency key. */
  stateOf(id: string): Promise<'waiting' | 'delayed' | 'sent' | 'failed' | 'unknown'>;
}

export interface Sms<K extends SmsKind = SmsKind> {
  /** Idempotency key. */
  id: string;
  kind: K;
  /** E.164. */
  to: string;
  locale: Locale;
  data: SmsData[K];
  /** Epoch milliseconds from which it is not sent any more. */
  deadline: number;
}

/** Messages a day. */
export interface SendLimits {
  /** To one number or address. */
  perReceiverPerDay: number;
  perAccountPerDay: number;
  perNetworkPerDay: number;
  perDay: number;
}

export interface SmsLimits extends Omit<SendLimits, 'perReceiverPerDay'> {
  perNumberPerDay: number;
  perCountryPerDay: number;
  /** Codes to a country in ten minutes from which on their completion is looked at. */
  breakerSends: number;
  /** Least percentage that must be entered; 0: none. */
  breakerPercent: number;
}

export interface EmailCodesConfig {
  /** False where the platform offers none (C10). */
  available: boolean;
  minutes: number;
  limits: Omit<SendLimits, 'perReceiverPerDay'>;
}

export interface SmsConfig {
  /** False where no text messages are sent. */
  available: boolean;
  /** ISO 3166, in the order in which they are offered (G6). */
  countries: readonly string[];
  codeMinutes: number;
  enrolmentCodeMinutes: number;
  limits: SmsLimits;
}

export type CredentialAudit = Pick<Audit, 'record' | 'emission'>;

export interface CredentialsConfig {
  sms: SmsConfig;
  emailCodes: EmailCodesConfig;
  passwordHash: PasswordHashSettings;
  /** Whether passkeys may be set up and used. */
  passkeys: boolean;
  limits: {
    /** Codes and recovery codes that may be tried per account in ten minutes (F6). */
    secondFactorTries: number;
    /** Life of a reset link, minutes (D4). */
    resetLinkMinutes: number;
  };
  /** Origin of every link that is mailed (X27). */
  issuer: string;
  brandName: string;
  /** Provider of breached passwords, reached by the guarded fetch. */
  breachCheck?: { url: string; production: boolean; outboundAllow: readonly string[] };
}

export interface CredentialsParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  secretBox: SecretBox;
  accounts: CredentialAccounts;
  identifiers: Identifiers;
  ssoRouting: SsoRouting;
  messages: CredentialMessages & CodeMessages;
  audit: CredentialAudit;
  log: Log;
  config: CredentialsConfig;
}
