import type { Account } from '#accounts';
import type { Acting, RequestOrigin } from '#audit';
import type { Company, Membership } from '#companies';
import type { Locale } from '#i18n';
import type { Invitation, InvitationState } from './invitation.ts';
import type { SetTemporaryPassword } from './temporary-password.ts';

export interface InviteRequest {
  companyId: string;
  /** As typed. */
  email: string;
  name?: string;
  locale?: Locale;
  /** Relying party to return to. */
  clientId?: string;
  permissions?: Partial<Membership['permissions']>;
  payments?: NonNullable<Membership['payments']>;
}

/** The same for people who have an account with other companies and for people who have none (X28). */
export type InviteOutcome =
  /** `openSince`: epoch milliseconds of the invitation that was open already, and was sent again. */
  | { outcome: 'invited'; invitation: Invitation; openSince?: number }
  | { outcome: 'unknown-company' | 'invalid-address' | 'unknown-client' | 'already-member' }
  /** The address belongs to somebody who uses another one now (B11). */
  | { outcome: 'address-retired' }
  /** A name to log in with, to which nothing can be sent (A5). */
  | { outcome: 'login-name' }
  /** Enough mails for this address today. */
  | { outcome: 'too-many-mails' };

export type ResendOutcome =
  | { outcome: 'resent'; invitation: Invitation }
  | { outcome: 'unknown' | 'accepted' | 'revoked' | 'too-many-mails' };

export type RevokeOutcome = { outcome: 'revoked' | 'unknown' | 'accepted' };

export type Inspected =
  | { outcome: 'open'; invitation: Invitation; company: Company }
  | { outcome: 'accepted' | 'revoked' | 'expired'; invitation: Invitation }
  | { outcome: 'unknown' };

export interface OpenAccountOptions {
  /** The person's choice at "subscribe to product updates" (A11). */
  newsletter?: boolean;
  locale?: Locale;
  origin: RequestOrigin;
}

export interface Reminder {
  /** Normalized. */
  address: string;
  origin: RequestOrigin;
  /** Authorization request to go on with afterwards. */
  resume?: string;
}

/** People become members of a company by invitation only (A1); the link proves the mailbox, nothing else. */
export interface Invitations {
  /** A2: mails "Welcome to …"; an open invitation is sent again with what is said now. */
  invite(request: InviteRequest, acting: Acting): Promise<InviteOutcome>;
  /** A new link and a new term, also after the old one ran out. */
  resend(companyId: string, email: string, acting: Acting): Promise<ResendOutcome>;
  /** Every link of it is dead from now on. */
  revoke(companyId: string, email: string, acting: Acting): Promise<RevokeOutcome>;
  /** Of every state, 100 a page unless told. */
  list(
    companyId: string,
    page?: { limit?: number; after?: string },
  ): Promise<{ items: (Invitation & { state: InvitationState })[]; next?: string }>;
  setTemporaryPassword: SetTemporaryPassword;
  /** Never spends the link (W6). */
  inspect(token: string): Promise<Inspected>;
  /**
   * The account of the invited address, made or proven by the link: what anybody else had prepared on it dies (X4).
   * Undefined for a deactivated account.
   */
  openAccount(invitation: Invitation, options: OpenAccountOptions): Promise<Account | undefined>;
  /** The end (A14): the membership is active, the link spent. `refused` when the invitation is over or another address's. */
  accept(
    token: string,
    account: Account,
    origin: RequestOrigin,
  ): Promise<{ outcome: 'accepted' | 'refused' }>;
  /**
   * A18: whoever tries to log in before accepting gets the mail again: every quarter of an hour at most, five a day.
   * Nothing tells the caller whether there was anything to send.
   */
  remind(reminder: Reminder): Promise<void>;
  /** The same for the holder of an expired link. */
  renew(token: string, origin: RequestOrigin): Promise<void>;
}
