import type { Accounts } from '#accounts';
import type { Audit } from '#audit';
import type { Clients } from '#clients';
import type { Companies } from '#companies';
import type { Credentials } from '#credentials';
import type { Messages } from '#delivery';
import type { Routing } from '#federation';
import type { Clock, Randomness } from '#kernel';
import type { Storage } from '#storage';

export interface InvitationsParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<
    Accounts,
    'byEmail' | 'resolveAddress' | 'create' | 'update' | 'raiseEpoch' | 'proveAddress'
  >;
  companies: Pick<
    Companies,
    | 'byId'
    | 'byLoginLabel'
    | 'getMany'
    | 'membership'
    | 'membershipsOf'
    | 'activeMembershipsOf'
    | 'putMembership'
    | 'provenBy'
  >;
  clients: Pick<Clients, 'byId'>;
  credentials: Pick<Credentials, 'forgetAll'> & {
    passwords: Pick<Credentials['passwords'], 'state' | 'check' | 'set'>;
  };
  ssoRouting: Pick<Routing, 'isSsoTargeted'>;
  messages: Pick<Messages, 'emission'>;
  audit: Pick<Audit, 'emission'>;
  config: {
    /** Origin of the link (A7, X27). */
    issuer: string;
    invitationDays: number;
  };
}
