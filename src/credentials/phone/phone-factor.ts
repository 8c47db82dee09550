import type { Acting } from '#audit';
import type { CodeRequest, SentCode, SentCodeFactor } from '../sent-code/sent-code.ts';

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

/** Role of the person in payments: payees have numbers of the United States only, payors none (G7, M2). */
export type PaymentsRole = 'payor' | 'payee' | null;

/** Phone numbers as second factor: `resend` goes to the number of the last `begin` of this binding. */
export interface Phones extends SentCodeFactor {
  countries(payments: PaymentsRole): Promise<PhoneCountry[]>;
  /** A number as typed, in national or international form. */
  readNumber(typed: string, country: string, payments: PaymentsRole): Promise<ReadNumber>;
  /** Sends a code to a new number; voids the former code of this binding (G10). */
  begin(request: CodeRequest & { number: string; country: string }): Promise<SentCode>;
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
