import type { Accounts } from '#accounts';
import type { Audit } from '#audit';
import type { Companies, Identifiers } from '#companies';
import type { Credentials } from '#credentials';
import type { Messages } from '#delivery';
import type { Federation } from '#federation';
import type { Invitations } from '#invitations';
import type { Clock } from '#kernel';
import type { Consented } from './consented.ts';

/** What the steps of a log-in work with. */
export interface Services {
  accounts: Accounts;
  companies: Companies;
  identifiers: Identifiers;
  federation: Federation;
  credentials: Credentials;
  invitations: Pick<Invitations, 'inspect' | 'openAccount' | 'accept' | 'remind'>;
  audit: Pick<Audit, 'record'>;
  messages: Pick<Messages, 'send'>;
  consented: Consented;
  clock: Clock;
  /** Address and password stand on one page (B5). */
  singlePage: boolean;
  /** Undefined: this installation has no terms. */
  terms: { version?: string; url?: string };
}
