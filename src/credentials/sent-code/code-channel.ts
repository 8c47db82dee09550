import type { Locale } from '#i18n';
import type { Clock, Randomness, SecretBox } from '#kernel';
import type { CodeMessages, CredentialAudit } from '../ports.ts';
import type { SecondFactorAlert } from '../second-factor-alert.ts';
import type { SecondFactorTries } from '../second-factor-tries.ts';
import type { SendBudget } from './send-budget.ts';
import type { CodePurpose, CodeRequest } from './sent-code.ts';
import type { SentCodeStore, StoredSentCode } from './sent-code-store.ts';

/** What tells one way of sending codes from another. */
export interface CodeChannel {
  name: 'sms' | 'email';
  available: boolean;
  /** Life of a code. */
  minutes: Readonly<Record<CodePurpose, number>>;
  budget: SendBudget;
  /** The receiver as shown to whoever knows it. */
  mask(receiver: string): string;
  deliver(message: CodeMessage): Promise<void>;
}

export interface CodeMessage {
  /** Idempotency key. */
  id: string;
  to: string;
  code: string;
  minutes: number;
  purpose: CodePurpose;
  locale: Locale;
  request: CodeRequest;
  /** Epoch milliseconds from which it is not sent any more. */
  deadline: number;
}

export interface SentCodesParts {
  codes: SentCodeStore;
  tries: SecondFactorTries;
  alert: SecondFactorAlert;
  clock: Clock;
  randomness: Randomness;
  secretBox: Pick<SecretBox, 'blindIndex'>;
  messages: Pick<CodeMessages, 'stateOf'>;
  audit: Pick<CredentialAudit, 'record'>;
  /** Tries at one code. */
  triesPerCode: number;
}

export interface Receiver {
  /** Number or address. */
  to: string;
  country?: string | undefined;
  methodVersion?: number;
}

/** Where a code counts: nowhere else. */
export interface Place {
  purpose: CodePurpose;
  accountId: string;
  binding: string;
}

export function receiverOf({ receiver, country, methodVersion }: StoredSentCode): Receiver {
  return {
    to: receiver,
    ...(country !== undefined && { country }),
    ...(methodVersion !== undefined && { methodVersion }),
  };
}
