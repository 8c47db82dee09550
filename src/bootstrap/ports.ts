import type { Accounts } from '#accounts';
import type { Acting, Audit } from '#audit';
import type { Clients, Resources } from '#clients';
import type { Companies } from '#companies';
import type { Connections } from '#federation';
import type { Clock, Randomness } from '#kernel';
import type { Storage } from '#storage';

/** What the bootstrap file needs of src/credentials. */
export interface BootstrapCredentials {
  passwords: {
    importPassword(
      accountId: string,
      imported: { password?: string; hash?: string; changedAt?: number },
      acting: Acting,
    ): Promise<void>;
    /** `version` rises with every change. */
    state(accountId: string): Promise<{ version: number }>;
  };
  totp: {
    importTotp(accountId: string, base32: string, acting: Acting): Promise<void>;
    status(accountId: string): Promise<{ version: number }>;
  };
  phones: {
    importPhone(accountId: string, e164: string): Promise<void>;
  };
}

export interface BootstrapParts {
  storage: Storage;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<Accounts, 'byId' | 'resolveAddress' | 'create' | 'update' | 'raiseEpoch'>;
  companies: Companies;
  connections: Pick<Connections, 'byId' | 'put'>;
  credentials: BootstrapCredentials;
  clients: Clients;
  resources: Resources;
  audit: Pick<Audit, 'record'>;
  config: {
    issuer: string;
    production: boolean;
    /** What `acceptedTerms: true` agrees to. */
    termsVersion: string;
  };
}
