import type { Account } from '#accounts';
import type { Acting, RequestOrigin } from '#audit';
import type { Locale } from '#i18n';
import type { Emission } from '#storage';
import type { EmailCodes } from './email-code/email-codes.ts';
import type { FactorStatus } from './factor-status.ts';
import type { Passkeys } from './passkey/passkey-factor.ts';
import type { PasswordRule, RuleId } from './password/password-rules.ts';
import type { Phones } from './phone/phone-factor.ts';
import type { CodeOrigin } from './second-factor-tries.ts';
import type { Unlocked } from './unlock.ts';

/** Everything a person proves themselves with on our side. */
export interface Credentials {
  passwords: Passwords;
  totp: Totp;
  recoveryCodes: RecoveryCodes;
  resetLinks: ResetLinks;
  addressChanges: AddressChanges;
  phones: Phones;
  emailCodes: EmailCodes;
  passkeys: Passkeys;
  /** Whether the person has a second factor that can be asked for where they log in today; a recovery code is none. */
  hasMethod(accountId: string): Promise<boolean>;
  removeMethod: RemoveMethod;
  /** F5: what wrong passwords, wrong codes and sent codes keep the person out by is back to zero. Tells what there was. */
  unlock(accountId: string, acting: Acting): Promise<Unlocked>;
  /**
   * Password, factors, recovery code, phone, codes by e-mail and passkeys are gone: somebody else had prepared them on an
   * address that its owner has now proven (X4). Every kind of credential has to be named in it. Ending sessions is the caller's.
   */
  forgetAll(accountId: string, acting: Acting): Promise<void>;
  /** Password hashes that wait for others to end, for metrics. */
  hashesWaiting(): number;
  /** Ends the hash workers. */
  close(): Promise<void>;
}

export type MethodKind = 'totp' | 'sms' | 'passkey' | 'email';

export interface MethodToRemove {
  kind: MethodKind;
  /** Which one, of several passkeys. */
  passkeyId?: string;
}

export interface RemoveMethodOptions extends Acting {
  /** While a company enforces second factors: one of these has to be left (K8). */
  needed?: readonly MethodKind[];
  /** Goes with the removal in one write: the mail about it. A passkey's own mail names it. */
  emit?: readonly Emission[];
}

/**
 * Takes a second factor away, and everything that is signed in. `last`: nothing that will do would be left. `busy`: another
 * removal of the person is under way.
 */
export type RemoveMethod = (
  accountId: string,
  method: MethodToRemove,
  options: RemoveMethodOptions,
) => Promise<{ outcome: 'removed' | 'none' | 'last' | 'busy' }>;

export interface PasswordPolicy {
  /** Code points; the platform's floor of 8 holds in any case (C-9). */
  minLength: number;
}

export interface PasswordState {
  has: boolean;
  /** Epoch milliseconds; absent without a password. */
  changedAt?: number;
  /** A temporary password: to be changed at the next log-in (A15). */
  mustChange: boolean;
  /** Set by a mailed reset link, and no proof of another kind than the mailbox was given with it since (I10). */
  byMail: boolean;
  /** Rises with every change and never comes back; 0 before the first. A proof keeps it. */
  version: number;
}

/** `temporary` is set by an administrator, `temporary-replaced` is the person's own in its place (A15). */
export type SetReason = 'welcome' | 'expired' | 'temporary-replaced' | 'reset' | 'profile' | 'temporary';

export type SetPasswordOutcome =
  /** `epoch` is the account's after the change: a session that is to outlive it takes it over. */
  { outcome: 'set'; version: number; epoch: number } | { outcome: 'refused'; unmet: RuleId[] };

export interface PasswordAttempt {
  /** Undefined for an unknown address: the same work is done. */
  account: Account | undefined;
  password: string;
  origin: RequestOrigin;
  lockout?: { enabled: boolean; attempts: number };
  /** Id from a cookie that was proven to be a known device of this very account: it has counters of its own (W13). */
  knownDevice?: string;
}

/**
 * `locked` and `throttled` say nothing about the password: show the neutral text (C5). The try that locks
 * answers `locked` too.
 */
export type PasswordVerdict =
  | { outcome: 'ok'; version: number; mustChange: boolean; changedAt: number }
  | { outcome: 'wrong' }
  | { outcome: 'locked' }
  /** The tries of a window of this length are used up. */
  | { outcome: 'throttled'; windowMinutes: number };

export interface ImportedPassword {
  /** One of both. */
  password?: string;
  /** bcrypt, argon2id, scrypt or PBKDF2 in the usual encoded form. */
  hash?: string;
  /** Epoch milliseconds; now otherwise. */
  changedAt?: number;
  mustChange?: boolean;
}

export interface Passwords {
  /** The rules to show, in order, `history` last (C-1…C-5, C-7). */
  rules(policy: PasswordPolicy): readonly PasswordRule[];
  /** Rules of content that `password` doesn't meet: no history, nothing hashed. */
  check(password: string, policy: PasswordPolicy): RuleId[];
  set(
    account: Account,
    password: string,
    options: PasswordPolicy & { reason: SetReason } & Acting,
  ): Promise<SetPasswordOutcome>;
  /** The first password of an account; `exists` when it has one by now, which stays. Ends nothing and mails nothing. */
  setFirst(
    account: Account,
    password: string,
    options: PasswordPolicy & Acting,
  ): Promise<SetPasswordOutcome | { outcome: 'exists' }>;
  verify(attempt: PasswordAttempt): Promise<PasswordVerdict>;
  /** Something other than the mailbox was proven beside this version of the password: `byMail` ends. */
  vouch(accountId: string, version: number): Promise<void>;
  state(accountId: string): Promise<PasswordState>;
  /** Epoch milliseconds at which the password ends; undefined without one, or where no company ends it (C-8). */
  expiry(state: PasswordState, expiryDays: number | null): number | undefined;
  /** C-8: true from `expiryDays` days after the last change on; `null` never expires. */
  isExpired(state: PasswordState, expiryDays: number | null, now: number): boolean;
  /** Scope `everyone`: known devices are barred, too (decision 014). `lockedAt` in epoch milliseconds. */
  lockState(
    accountId: string,
  ): Promise<{ locked: false } | { locked: true; scope: 'strangers' | 'everyone'; lockedAt: number }>;
  /**
   * Sets a password without rules, history or mail: for the bootstrap file and imports.
   * @throws AppError 'password-hash-unsupported' (422) for a hash of unknown form or excessive cost
   */
  importPassword(accountId: string, imported: ImportedPassword, acting: Acting): Promise<void>;
}

export interface TotpSetUp {
  /** Base32, 32 characters; the caller keeps it in its sealed progress. */
  secret: string;
  /** otpauth:// URI. */
  uri: string;
  /** The secret in groups of four. */
  groups: string[];
  /** data: URL of an SVG made here (G15). */
  qrImage: string;
  /** What the app shows: brand and address. */
  accountLabel: string;
}

export interface Totp {
  begin(account: Account): Promise<TotpSetUp>;
  /** The same set-up page again for a secret that `begin` made. */
  describe(account: Account, secret: string): Promise<TotpSetUp>;
  /** Stores the secret once a code proves it; replaces the former app only then (K3). */
  confirm(
    accountId: string,
    secret: string,
    code: string,
    options: Acting & { raiseEpoch?: boolean },
  ): Promise<
    { outcome: 'enrolled'; version: number; epoch?: number } | { outcome: 'wrong' } | { outcome: 'throttled' }
  >;
  verify(
    accountId: string,
    code: string,
    origin: CodeOrigin,
  ): Promise<
    | { outcome: 'ok'; step: number; version: number }
    | { outcome: 'wrong' }
    | { outcome: 'reused' }
    | { outcome: 'throttled' }
    | { outcome: 'none' }
  >;
  status(accountId: string): Promise<FactorStatus>;
  /** False when there was none. `emit` goes with the removal in one write. Ending sessions is the caller's. */
  remove(accountId: string, acting: Acting, emit?: readonly Emission[]): Promise<boolean>;
  /** @throws AppError 'totp-secret-invalid' (422) unless it is base32 of at least 80 bits */
  importTotp(accountId: string, base32: string, acting: Acting): Promise<void>;
}

export interface RecoveryCodes {
  /** A new code of 32 digits, shown once and kept by nobody (J2); voids the former (J9). `emit` goes with it in one write. */
  issue(accountId: string, acting: Acting, emit?: readonly Emission[]): Promise<string>;
  verify(
    accountId: string,
    input: string,
    origin: CodeOrigin,
  ): Promise<{ outcome: 'ok' } | { outcome: 'wrong' } | { outcome: 'throttled' } | { outcome: 'none' }>;
  /** `unsaved`: it was shown, and the person has not said that they kept it (J5). */
  status(accountId: string): Promise<{ exists: boolean; createdAt?: number; unsaved?: true }>;
  /** The person says that the code is kept. */
  confirmSaved(accountId: string): Promise<void>;
  remove(accountId: string): Promise<boolean>;
}

export interface ResetRequest {
  /** As typed. */
  email: string;
  origin: RequestOrigin;
  locale: Locale;
  /** Opaque key of the authorization request to go on with. */
  resume?: string;
  /** No mail came and the person asks for another one, which is to be had after a wait (D3). */
  again?: boolean;
}

export type DeadLink = { outcome: 'used' | 'expired' | 'unknown' | 'sso' };

export interface ResetLinks {
  /** The same answer and the same work for every address (D2); a known one gets a mail. */
  request(request: ResetRequest): Promise<{ outcome: 'accepted' } | { outcome: 'wait'; seconds: number }>;
  /** Never spends the link (W6). */
  inspect(token: string): Promise<{ outcome: 'valid'; account: Account; resume?: string } | DeadLink>;
  /** A refusal by the rules doesn't spend the link; one of two parallel completions wins. */
  complete(
    token: string,
    password: string,
    minLength: number,
    origin?: RequestOrigin,
  ): Promise<{ outcome: 'done'; resume?: string } | { outcome: 'refused'; unmet: RuleId[] } | DeadLink>;
}

/** A change of the log-in address that the person asks for: both mailboxes confirm it (X4). */
export interface AddressChanges {
  /** The same answer whether or not somebody else has the new address; a new wish ends the former. */
  request(
    account: Account,
    newAddress: string,
    acting: Acting,
  ): Promise<{ outcome: 'requested' | 'invalid-address' | 'unchanged' | 'sso' | 'throttled' }>;
  pending(
    account: Account,
  ): Promise<{ newAddress: string; newConfirmed: boolean; oldConfirmed: boolean } | undefined>;
  cancel(accountId: string, acting: Acting): Promise<void>;
  /** Never spends the link (W6). */
  inspect(
    token: string,
  ): Promise<
    { outcome: 'valid'; side: 'old' | 'new'; account: Account; newAddress: string } | { outcome: 'dead' }
  >;
  /** The second confirmation changes the address and ends every sign-in. */
  confirm(
    token: string,
    origin: RequestOrigin,
  ): Promise<
    | { outcome: 'changed'; newAddress: string }
    | { outcome: 'waiting'; for: 'old' | 'new'; newAddress: string }
    | { outcome: 'dead' }
  >;
  /** By the old mailbox alone. False when there was nothing to refuse. */
  refuse(token: string, origin: RequestOrigin): Promise<boolean>;
}
