import type { Clock, Randomness } from '#kernel';
import type { CredentialAccounts, CredentialAudit, CredentialMessages, SsoRouting } from '../ports.ts';
import type { TryCounter } from '../try-counter.ts';
import type { AddressChangeStore } from './address-change-store.ts';

export interface AddressChangeParts {
  changes: AddressChangeStore;
  /** Wishes of an account. */
  wishes: TryCounter;
  accounts: Pick<CredentialAccounts, 'byId' | 'resolveAddress' | 'changeEmail'>;
  ssoRouting: SsoRouting;
  messages: CredentialMessages;
  audit: CredentialAudit;
  clock: Clock;
  randomness: Randomness;
  issuer: string;
}
