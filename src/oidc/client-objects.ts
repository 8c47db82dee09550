import type { Provider } from 'oidc-provider';
import type { Client } from '#clients';
import { orUnknown } from './unknown-key.ts';

interface ClientModel {
  find(id: unknown): Promise<object | undefined>;
}

/**
 * The library's object of each client record, made once. It can't be stale: the record is read each time, and storage hands
 * out the same one only as long as nobody has changed it (X8).
 */
export function createClientObjects(byId: (clientId: string) => Promise<Client | undefined>) {
  const records = new WeakMap<object, Client>();

  return {
    /** The record that a client object of the library was made of. */
    recordOf: (client: object): Client | undefined => records.get(client),

    keepIn(provider: Provider): void {
      const objects = new WeakMap<Client, object>();
      const model = provider.Client as unknown as ClientModel;
      const make = model.find.bind(model);
      model.find = async (id) => {
        if (typeof id !== 'string' || id === '') return undefined;
        const record = await orUnknown(byId(id));
        if (!record?.enabled) return undefined;
        const known = objects.get(record);
        if (known) return known;
        const client = await make(id);
        // The library has read it once more: what it made is of this record only if there is no newer one.
        if (client && (await byId(id)) === record) {
          objects.set(record, client);
          records.set(client, record);
        }
        return client;
      };
    },
  };
}
