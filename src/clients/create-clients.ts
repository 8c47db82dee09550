import { type Audit, actedBy } from '#audit';
import { everyItem, type Storage } from '#storage';
import { clientSchema } from './client.ts';
import type { Clients } from './clients.ts';

export interface ClientsParts {
  storage: Storage;
  audit: Pick<Audit, 'emission'>;
}

/** Declares the collection of clients: to be called before the storage opens. */
export function createClients({ storage, audit }: ClientsParts): Clients {
  const clients = storage.collection({
    name: 'clients',
    schema: clientSchema,
    key: 'client_id',
    index: { bySource: ['source'] },
    durability: 'durable',
    cache: { max: 500 },
    sealed: ['client_secret'],
  });
  return {
    byId: (clientId) => clients.get(clientId),
    all: () => everyItem(clients, { index: 'bySource' }),
    async put(client, acting) {
      const event = { type: 'client.saved' as const, ...actedBy(acting), clientId: client.client_id };
      await clients.put(client, { emit: [audit.emission(event)] });
    },
  };
}
