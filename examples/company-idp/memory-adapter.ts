import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Stored {
  payload: AdapterPayload;
  expiresAt: number;
}

/** What the example provider remembers, for as long as it runs: one store for all of oidc-provider's models. */
export function createMemoryAdapters(): (model: string) => Adapter {
  const documents = new Map<string, Stored>();

  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    const live = (stored: Stored | undefined) =>
      stored && stored.expiresAt > Date.now() ? stored.payload : undefined;
    const where = (field: keyof AdapterPayload, value: string) =>
      live(
        [...documents.values()].find(({ payload }) => payload['kind'] === model && payload[field] === value),
      );

    return {
      async upsert(id, payload, expiresIn) {
        const expiresAt = expiresIn ? Date.now() + expiresIn * 1000 : Number.POSITIVE_INFINITY;
        documents.set(keyOf(id), { payload, expiresAt });
      },
      find: async (id) => live(documents.get(keyOf(id))),
      findByUid: async (uid) => where('uid', uid),
      findByUserCode: async (userCode) => where('userCode', userCode),
      async consume(id) {
        const payload = live(documents.get(keyOf(id)));
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        documents.delete(keyOf(id));
      },
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of documents) if (payload.grantId === grantId) documents.delete(key);
      },
    };
  };
}
