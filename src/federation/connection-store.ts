import { type Acting, type Audit, actedBy } from '#audit';
import { AppError } from '#kernel';
import type { Storage } from '#storage';
import { checkConnection } from './check-connection.ts';
import { type Connection, connectionSchema } from './connection.ts';

export interface Connections {
  byId(id: string): Promise<Connection | undefined>;
  /** Audited together with the write. @throws AppError 'federation.invalid-connection' with `problem` */
  put(connection: Connection, acting: Acting): Promise<void>;
  /** The one redirect URI of this connection (X7). */
  callbackUrl(connectionId: string): string;
}

/** A connection that is disabled in the middle of a sign-in counts at the next hop (X8): copies are exact. */
export function createConnections(options: {
  storage: Storage;
  issuer: string;
  production: boolean;
  audit: Pick<Audit, 'emission'>;
}): Connections {
  const { storage, issuer, production, audit } = options;
  const store = storage.collection<Connection>({
    name: 'connections',
    schema: connectionSchema,
    key: 'id',
    index: { byCompany: ['companyId'] },
    durability: 'durable',
    cache: { max: 200 },
    sealed: ['clientSecret'],
  });

  return {
    byId: (id) => store.get(id),
    async put(connection, acting) {
      const [problem] = checkConnection(connection, { production });
      if (problem) throw new AppError('federation.invalid-connection', 422, { params: { problem } });
      const { id, companyId } = connection;
      const event = audit.emission({
        type: 'connection.saved',
        ...actedBy(acting),
        companyId,
        details: { connection: id },
      });
      await store.put(connection, { emit: [event] });
    },
    callbackUrl: (id) => `${issuer}/federation/${encodeURIComponent(id)}/callback`,
  };
}
