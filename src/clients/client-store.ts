import type { EventBus } from '#kernel';
import type { Collection, Storage } from '#storage';
import { clientSchema, resourceSchema } from './client.ts';
import type { Clients, Resources } from './clients.ts';

export interface ClientsParts {
  storage: Storage;
  events: Pick<EventBus, 'emit'>;
}

/** Declares the collection of clients: to be called before the storage opens. */
export function createClients({ storage, events }: ClientsParts): Clients {
  const clients = storage.collection({
    name: 'clients',
    schema: clientSchema,
    key: 'client_id',
    index: { bySource: ['source'] },
    durability: 'durable',
    sealed: ['client_secret'],
  });
  return {
    byId: (clientId) => clients.get(clientId),
    all: () => everything(clients, 'bySource'),
    async put(client) {
      await clients.put(client);
      await events.emit('directory.changed', { kind: 'client', id: client.client_id });
    },
  };
}

/** Declares the collection of resources: to be called before the storage opens. */
export function createResources({ storage }: Pick<ClientsParts, 'storage'>): Resources {
  const resources = storage.collection({
    name: 'resources',
    schema: resourceSchema,
    key: 'indicator',
    index: { byIndicator: ['indicator'] },
    durability: 'durable',
  });
  return {
    byIndicator: (indicator) => resources.get(indicator),
    all: () => everything(resources, 'byIndicator'),
    put: (resource) => resources.put(resource),
  };
}

async function everything<T extends object>(collection: Collection<T>, index: string): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const page = await collection.find({ index, limit: 1000, ...(after && { after }) });
    found.push(...page.items);
    after = page.next;
  } while (after);
  return found;
}
