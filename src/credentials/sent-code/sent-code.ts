import type { Account } from '#accounts';
import type { Acting } from '#audit';
import type { Locale } from '#i18n';
import type { CodeOrigin } from '../second-factor-tries.ts';

export type CodePurpose = 'log-in' | 'enrolment';

export interface CodeRequest {
  account: Account;
  /** Opaque: the code works in this log-in, or on this session's page, alone. */
  binding: string;
  origin: CodeOrigin;
  locale: Locale;
}

/**
 * `wait`: too soon after the last one. `unavailable`: budgets, the breaker, or not offered. `elsewhere`: only a known device of
 * the account gets another one today. `none`: nowhere to send it.
 */
export type SentCode =
  | { outcome: 'sent'; masked: string; minutes: number }
  | { outcome: 'wait'; seconds: number }
  | { outcome: 'unavailable' }
  | { outcome: 'elsewhere' }
  | { outcome: 'none' };

/** `spent`: this code has had all its tries. `throttled`: the account has. `none`: no code was sent here. */
export type CodeRefusal = { outcome: 'wrong' | 'expired' | 'reused' | 'spent' | 'throttled' | 'none' };

export interface PendingCode {
  masked: string;
  expired: boolean;
  /** What became of the message: a failed one wants another method. */
  delivery: 'waiting' | 'delayed' | 'sent' | 'failed' | 'unknown';
}

/** A factor proven by a code that a message brings. Sent only after a first factor: that is the caller's to see to (W24). */
export interface SentCodeFactor {
  /** False where the platform sends none: the method is not offered. */
  available: boolean;
  /** Another code to the receiver of the set-up of this binding; voids the former (G10). */
  resend(request: CodeRequest): Promise<SentCode>;
  /** Sets the method up once its code proves the receiver, and replaces the former only then (K6). Mails the person. */
  confirm(
    accountId: string,
    code: string,
    options: Acting & { binding: string; raiseEpoch?: boolean },
  ): Promise<{ outcome: 'enrolled'; version: number; epoch?: number } | CodeRefusal>;
  /** Sends a code for a log-in; voids the former code of this binding. */
  challenge(request: CodeRequest): Promise<SentCode>;
  verify(
    accountId: string,
    code: string,
    where: { binding: string; origin: CodeOrigin },
  ): Promise<{ outcome: 'ok'; version: number } | CodeRefusal>;
  /** The code that was sent last for this binding, entered or not. */
  pending(purpose: CodePurpose, accountId: string, binding: string): Promise<PendingCode | undefined>;
}
