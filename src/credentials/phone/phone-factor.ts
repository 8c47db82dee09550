import type { Account } from '#accounts';
import type { Acting, RequestOrigin } from '#audit';
import type { Locale } from '#i18n';

export interface PhoneCountry {
  /** ISO 3166. */
  code: string;
  /** `+1` */
  callingCode: string;
}

/** `other-country`: not the chosen one, or none that is offered. `no-messages`: premium, toll-free and the like. */
export type ReadNumber =
  | { outcome: 'ok'; number: string; masked: string }
  | { outcome: 'other-country' | 'impossible' | 'no-messages' };

export type CodePurpose = 'log-in' | 'enrolment';

export interface CodeRequest {
  account: Account;
  /** Opaque: the code works in this log-in, or on this session's page, alone. */
  binding: string;
  origin: RequestOrigin;
  locale: Locale;
}

/** `wait`: too soon after the last one. `unavailable`: budgets, the breaker, or no provider. `none`: no number. */
export type SentCode =
  | { outcome: 'sent'; masked: string; minutes: number }
  | { outcome: 'wait'; seconds: number }
  | { outcome: 'unavailable' }
  | { outcome: 'none' };

/** `spent`: this code has had all its tries. `throttled`: the account has. `none`: no code was sent here. */
export type CodeRefusal = { outcome: 'wrong' | 'expired' | 'reused' | 'spent' | 'throttled' | 'none' };

export interface PendingCode {
  masked: string;
  expired: boolean;
  /** What became of the message: a failed one wants another method. */
  delivery: 'waiting' | 'delayed' | 'sent' | 'failed' | 'unknown';
}

/** Role of the person in payments: payees have numbers of the United States only, payors none (G7, M2). */
export type PaymentsRole = 'payor' | 'payee' | null;

/** Codes are only ever sent after a first factor: that is the caller's to see to (W24). */
export interface Phones {
  /** False where no text messages are sent: the method is not offered. */
  available: boolean;
  countries(payments: PaymentsRole): Promise<PhoneCountry[]>;
  /** A number as typed, in national or international form. */
  readNumber(typed: string, country: string, payments: PaymentsRole): Promise<ReadNumber>;
  /** Sends a code to a new number; voids the former code of this binding (G10). */
  begin(request: CodeRequest & { number: string; country: string }): Promise<SentCode>;
  /** Another code to the number of the last `begin` of this binding. */
  resend(request: CodeRequest): Promise<SentCode>;
  /** Stores the number once its code proves it; replaces the former one only then (K6). Mails the person. */
  confirm(
    accountId: string,
    code: string,
    options: Acting & { binding: string; raiseEpoch?: boolean },
  ): Promise<{ outcome: 'enrolled'; version: number; epoch?: number } | CodeRefusal>;
  /** Sends a code to the registered number; voids the former code of this binding. */
  challenge(request: CodeRequest): Promise<SentCode>;
  verify(
    accountId: string,
    code: string,
    where: { binding: string; origin: RequestOrigin },
  ): Promise<{ outcome: 'ok'; version: number } | CodeRefusal>;
  /** The code that was sent last for this binding, entered or not. */
  pending(purpose: CodePurpose, accountId: string, binding: string): Promise<PendingCode | undefined>;
  /** Stores a verified number. @throws AppError 'phone-invalid' (422) unless E.164 */
  importPhone(accountId: string, e164: string): Promise<void>;
  /** The verified number, for the claims of the `phone` scope. */
  number(accountId: string): Promise<string | undefined>;
  /** `masked`: the last two digits only. */
  status(accountId: string): Promise<PhoneStatus>;
  /** False when there was none. Ending sessions is the caller's. */
  remove(accountId: string, acting: Acting): Promise<boolean>;
}

export interface PhoneStatus {
  exists: boolean;
  masked?: string;
  /** ISO 3166, where the number tells. */
  country?: string;
  enrolledAt?: number;
  lastUsedAt?: number;
  /** Rises with every change and never comes back; 0 before the first. */
  version: number;
}
