import type { Entry, Layout } from '../../src/storage/engine.ts';
import { createMongoTable } from '../../src/storage/mongo-redis/mongo-table.ts';
import type { MongoTableParts } from '../../src/storage/mongo-redis/mongo-table-parts.ts';
import { createService } from '../../src/storage/mongo-redis/service.ts';

const layout: Layout = {
  name: 'people',
  durability: 'durable',
  unique: [{ name: 'email', fields: ['email'] }],
  index: [],
};
const entry: Entry = {
  key: 'ada',
  rev: 2,
  version: 1,
  body: '{}',
  fields: { email: 'a@b.example' },
  expiresAt: null,
  emissions: [],
  results: [],
};

/** A unique value whose holder has always expired just now, and that somebody has always taken again. */
const rows = {
  findOne: async () => ({ exp: new Date(0) }),
  async updateOne(filter: { rev?: number }) {
    if (filter.rev !== undefined)
      throw Object.assign(new Error('E11000'), { code: 11000, keyPattern: { 'f.email': 1 } });
  },
};

it('a unique value that others keep taking is contention: a 503 that may be tried again', async () => {
  const table = createMongoTable(layout, {
    service: createService('MongoDB', 'mongodb://localhost/', 1_000),
    rows: () => rows as unknown as ReturnType<MongoTableParts['rows']>,
    async writeSoon(one) {
      await rows.updateOne('where' in one ? (one.where as { rev?: number }) : {});
      return true;
    },
    announce: () => undefined,
    told: async () => undefined,
  });
  await expect(table.replace(entry, 1, Date.now())).rejects.toMatchObject({
    code: 'storage.contention',
    status: 503,
    params: { collection: 'people' },
  });
});
