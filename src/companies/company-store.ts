import type { Collection, Storage } from '#storage';
import { type Company, companySchema } from './company.ts';

export interface CompanyStore {
  companies: Collection<Company>;
  all(): Promise<Company[]>;
}

export function createCompanyStore(storage: Storage): CompanyStore {
  const companies = storage.collection({
    name: 'companies',
    schema: companySchema,
    key: 'id',
    index: { byName: ['name'] },
    durability: 'durable',
  });
  return {
    companies,
    async all() {
      const found: Company[] = [];
      let after: string | undefined;
      do {
        const page = await companies.find({ index: 'byName', limit: 1000, ...(after && { after }) });
        found.push(...page.items);
        after = page.next;
      } while (after);
      return found;
    },
  };
}
