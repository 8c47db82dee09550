import type { Accounts } from '#accounts';
import type { Audit } from '#audit';
import type { Companies } from '#companies';
import type { Messages } from '#delivery';
import type { Clock, Randomness } from '#kernel';
import type { Storage } from '#storage';

export interface SupportParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<Accounts, 'byId' | 'getMany'>;
  companies: Pick<Companies, 'membershipsOf' | 'membersOf' | 'getMany'>;
  messages: Pick<Messages, 'emission'>;
  audit: Pick<Audit, 'emission' | 'record'>;
  /** Who is told of new cases; without it they are found by listing them. */
  supportEmail?: string | undefined;
}
