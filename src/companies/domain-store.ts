import { type Collection, ConflictError, type Emission, everyItem, type Storage } from '#storage';
import { candidateRules, type Domain, domainSchema } from './domain.ts';

export interface DomainStore {
  rule(emailDomain: string): Promise<Domain | undefined>;
  ofCompany(companyId: string): Promise<Domain[]>;
  /** False when another company has proven it, or claims it while this one doesn't prove it either. */
  claim(domain: Domain, emit: () => readonly Emission[]): Promise<boolean>;
}

export function createDomainStore(storage: Storage): DomainStore {
  const domains: Collection<Domain> = storage.collection({
    name: 'domains',
    schema: domainSchema,
    key: 'domain',
    index: { byCompany: ['companyId'] },
    durability: 'durable',
    cache: { max: 2000, absent: true },
  });

  async function claim(domain: Domain, emit: () => readonly Emission[]): Promise<boolean> {
    const existing = await domains.get(domain.domain);
    if (!existing) {
      try {
        await domains.insert(domain, { emit: emit() });
        return true;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
    const yields = (held: Domain) =>
      held.companyId === domain.companyId || (domain.verified && !held.verified);
    return (
      (await domains.update(domain.domain, (held) => (yields(held) ? domain : undefined), { emit })) !==
      undefined
    );
  }

  return {
    async rule(emailDomain) {
      const rules = await domains.getMany(candidateRules(emailDomain));
      // A claim without proof must not stand before the rule of the company that has one.
      return rules.find((one) => one.verified);
    },
    ofCompany: (companyId) => everyItem(domains, { index: 'byCompany', equals: [companyId] }),
    claim,
  };
}
