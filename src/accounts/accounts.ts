import type { Acting, RequestOrigin } from '#audit';
import type { EpochReason } from '#kernel';
import type { Emission } from '#storage';
import type { Account, Address } from './account.ts';

/** People and their addresses. */
export interface Accounts {
  byId(id: string): Promise<Account | undefined>;
  /** In the order of `ids`, missing ones left out. */
  getMany(ids: readonly string[]): Promise<Account[]>;
  /** The account whose primary address this is; takes a normalized address. */
  byEmail(normalized: string): Promise<Account | undefined>;
  /** Also addresses that are reserved for an account or that it had before (B11). */
  resolveAddress(normalized: string): Promise<ResolvedAddress | undefined>;
  create(person: NewPerson): Promise<CreateOutcome>;
  /**
   * Compare-and-swap; sets `updatedAt`. `change` may run several times; `undefined` from it leaves the account.
   * Addresses change by `changeEmail`, the epoch by `raiseEpoch`: both are kept here whatever `change` returns.
   */
  update(
    id: string,
    change: (account: Account) => Account | undefined,
    options?: { emit?: (next: Account) => readonly Emission[] },
  ): Promise<Account | undefined>;
  /**
   * Everything older of the account is worth nothing from now on. Resolves with the new epoch.
   * @throws AppError 'account-not-found' (404)
   */
  raiseEpoch(id: string, reason: EpochReason): Promise<number>;
  /**
   * Reserve → switch → release; may be called again after a crash at any step. The old address is told and stays
   * reserved for the account as retired. @throws AppError 'account-not-found' (404)
   */
  changeEmail(id: string, newEmail: string, options: ChangeEmailOptions): Promise<ChangeEmailOutcome>;
  /**
   * A mail to the address was answered: it counts as verified from now on. What was agreed to and allowed before anybody had
   * proven it was not the owner's word, and is void (X4). To be called when nobody else is signed in any more.
   */
  proveAddress(id: string): Promise<void>;
  /** A13. @throws AppError 'account-not-found' (404) */
  acceptTerms(id: string, version: string, origin: RequestOrigin): Promise<Account>;
  /** `inactive` ends everything that is signed in. @throws AppError 'account-not-found' (404) */
  setStatus(id: string, status: Account['status'], acting: Acting): Promise<Account>;
}

export interface ChangeEmailOptions extends Acting {
  /** The new address is proven already; otherwise it counts as unverified (X4). */
  verified?: boolean;
}

export interface ResolvedAddress {
  state: Address['state'];
  account: Account;
}

export interface NewPerson {
  /** As typed. */
  email: string;
  name: string;
  locale?: NonNullable<Account['locale']>;
  timeZone?: string;
  status: Account['status'];
  emailVerified: boolean;
  claims?: Record<string, unknown>;
  platformRole?: NonNullable<Account['platformRole']>;
  acceptedTerms?: NonNullable<Account['acceptedTerms']>;
  /** A random one otherwise. */
  id?: string;
  /** Who makes it; 'system' otherwise. */
  actor?: string;
  /** The person proved the address: a change to it that somebody else began and did not prove gives way (X4). */
  overPending?: boolean;
}

export type CreateOutcome =
  | { outcome: 'created'; account: Account }
  | { outcome: 'invalid-address' }
  | { outcome: 'address-taken'; accountId: string };

export type ChangeEmailOutcome =
  | { outcome: 'changed'; account: Account }
  | { outcome: 'unchanged'; account: Account }
  | { outcome: 'invalid-address' }
  | { outcome: 'address-taken' };
