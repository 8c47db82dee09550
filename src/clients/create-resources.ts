import { actedBy } from '#audit';
import { resourceSchema } from './client.ts';
import type { Resources } from './clients.ts';
import type { ClientsParts } from './create-clients.ts';

/** Declares the collection of resources: to be called before the storage opens. */
export function createResources({ storage, audit }: ClientsParts): Resources {
  const resources = storage.collection({
    name: 'resources',
    schema: resourceSchema,
    key: 'indicator',
    durability: 'durable',
    cache: { max: 200 },
  });
  return {
    byIndicator: (indicator) => resources.get(indicator),
    async put(resource, acting) {
      const details = { indicator: resource.indicator };
      const event = audit.emission({ type: 'resource.saved', ...actedBy(acting), details });
      await resources.put(resource, { emit: [event] });
    },
  };
}
