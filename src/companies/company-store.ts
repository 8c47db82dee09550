import type { Collection, Storage } from '#storage';
import { type Company, companySchema } from './company.ts';

export function createCompanyStore(storage: Storage): Collection<Company> {
  return storage.collection({
    name: 'companies',
    schema: companySchema,
    key: 'id',
    unique: { loginLabel: ['loginLabel'] },
    index: { byName: ['name'], byLoginLabel: ['loginLabel'] },
    durability: 'durable',
    cache: { max: 500 },
  });
}
