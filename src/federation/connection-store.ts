import { AppError } from '#kernel';
import type { Collection, Storage } from '#storage';
import { checkConnection } from './check-connection.ts';
import { type Connection, connectionSchema } from './connection.ts';

export interface Connections {
  byId(id: string): Promise<Connection | undefined>;
  byCompany(companyId: string): Promise<Connection[]>;
  all(): Promise<Connection[]>;
  /** @throws AppError 'federation.invalid-connection' with `problem` */
  put(connection: Connection): Promise<void>;
  /** The one redirect URI of this connection (X7). */
  callbackUrl(connectionId: string): string;
}

/** Never cached: a connection that is disabled in the middle of a sign-in counts at the next hop (X8). */
export function createConnections(options: {
  storage: Storage;
  issuer: string;
  production: boolean;
}): Connections {
  const { storage, issuer, production } = options;
  const store: Collection<Connection> = storage.collection({
    name: 'connections',
    schema: connectionSchema,
    key: 'id',
    index: { byCompany: ['companyId'] },
    durability: 'durable',
    sealed: ['clientSecret'],
  });

  async function everyPage(equals: readonly string[]): Promise<Connection[]> {
    const found: Connection[] = [];
    let after: string | undefined;
    do {
      const page = await store.find({ index: 'byCompany', equals, ...(after && { after }) });
      found.push(...page.items);
      after = page.next;
    } while (after);
    return found;
  }

  return {
    byId: (id) => store.get(id),
    byCompany: (companyId) => everyPage([companyId]),
    all: () => everyPage([]),
    async put(connection) {
      const [problem] = checkConnection(connection, { production });
      if (problem) throw new AppError('federation.invalid-connection', 422, { params: { problem } });
      await store.put(connection);
    },
    callbackUrl: (id) => `${issuer}/federation/${encodeURIComponent(id)}/callback`,
  };
}
