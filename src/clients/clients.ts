import type { Acting } from '#audit';
import type { Client, Resource } from './client.ts';

/** Relying parties. Secrets are sealed in storage; callers that show a client leave `client_secret` out. */
export interface Clients {
  byId(clientId: string): Promise<Client | undefined>;
  all(): Promise<Client[]>;
  /** Inserts or replaces as a whole; `checkClient` is the caller's. Audited together with the write. */
  put(client: Client, acting: Acting): Promise<void>;
}

/** APIs whose access tokens are JWTs. */
export interface Resources {
  byIndicator(indicator: string): Promise<Resource | undefined>;
  /** Inserts or replaces as a whole; audited together with the write. */
  put(resource: Resource, acting: Acting): Promise<void>;
}
