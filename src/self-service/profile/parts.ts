import type { Accounts } from '#accounts';
import type { Audit } from '#audit';
import type { Companies } from '#companies';
import type { Credentials } from '#credentials';
import type { Messages } from '#delivery';
import type { Federation } from '#federation';
import type { Clock } from '#kernel';
import type { AuthorizationServer } from '#oidc';
import type { Sessions, TrustedDevices } from '#sessions';

/** What the pages of "My Profile Settings" work with. */
export interface ProfileParts {
  sessions: Sessions;
  trustedDevices: TrustedDevices;
  accounts: Accounts;
  companies: Companies;
  federation: Pick<Federation, 'routing'>;
  credentials: Credentials;
  server: Pick<AuthorizationServer, 'accountSessions'>;
  audit: Pick<Audit, 'record' | 'list' | 'emission'>;
  messages: Pick<Messages, 'emission'>;
  clock: Clock;
}
