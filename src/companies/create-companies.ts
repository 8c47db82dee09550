import type { AuditEvent } from '#audit';
import type { Clock, EventBus } from '#kernel';
import { ConflictError, type Emission, type Storage } from '#storage';
import { changedSettings } from './changed-settings.ts';
import type { Acting, Companies, PutDomainOutcome } from './companies.ts';
import type { Company, Domain, Membership } from './company.ts';
import { type CompanyStore, createCompanyStore } from './company-store.ts';
import { isPublicDomain, parseDomainRule } from './domain.ts';
import { createDomainStore } from './domain-store.ts';
import { createMembershipStore, membershipId } from './membership-store.ts';

export type CompanyAuditFacts = Omit<AuditEvent, 'id' | 'at' | 'details'> &
  Partial<Pick<AuditEvent, 'details'>>;

/** What companies need of src/audit. */
export interface CompanyAudit {
  emission(event: CompanyAuditFacts): Emission;
}

export interface CompaniesParts {
  storage: Storage;
  clock: Clock;
  events: Pick<EventBus, 'emit'>;
  audit: CompanyAudit;
}

/** Declares the collections of companies, memberships and domains: to be called before the storage opens. */
export function createCompanies({ storage, events, audit }: CompaniesParts): Companies {
  const store = createCompanyStore(storage);
  const members = createMembershipStore(storage);
  const domains = createDomainStore(storage);
  const changed = (kind: 'company' | 'membership' | 'domain', id: string) =>
    events.emit('directory.changed', { kind, id });

  return {
    byId: (id) => store.companies.get(id),
    getMany: (ids) => store.companies.getMany(ids),
    all: () => store.all(),
    async put(company, acting) {
      await putCompany(store, audit, company, acting);
      await changed('company', company.id);
    },

    membershipsOf: (accountId) => members.ofAccount(accountId),
    activeMembershipsOf: async (accountId) =>
      (await members.ofAccount(accountId)).filter((one) => one.status === 'active'),
    membership: (companyId, accountId) => members.memberships.get(membershipId(companyId, accountId)),
    async putMembership(membership, acting) {
      const saved: Membership = {
        ...membership,
        id: membershipId(membership.companyId, membership.accountId),
      };
      await members.memberships.put(saved, { emit: [audit.emission(membershipSaved(saved, acting))] });
      await changed('membership', saved.id);
      return saved;
    },
    membersOf: (companyId, page = {}) => members.ofCompany(companyId, page),

    domainRule: (emailDomain) => domains.rule(emailDomain),
    domainsOf: (companyId) => domains.ofCompany(companyId),
    async putDomain(input, acting): Promise<PutDomainOutcome> {
      const name = parseDomainRule(input.domain);
      if (!name) return { outcome: 'invalid' };
      if (isPublicDomain(name)) return { outcome: 'public' };
      const domain: Domain = { ...input, domain: name };
      const saved = await domains.claim(domain, () => [audit.emission(domainSaved(domain, acting))]);
      if (!saved) return { outcome: 'taken' };
      await changed('domain', name);
      return { outcome: 'saved', domain };
    },
    async provenBy(companyId, emailDomain) {
      return (await domains.rule(emailDomain))?.companyId === companyId;
    },
  };
}

/** Inserts or replaces by compare-and-swap, so that the audit event tells exactly what this write changed. */
async function putCompany(
  store: CompanyStore,
  audit: CompanyAudit,
  company: Company,
  acting: Acting | undefined,
): Promise<void> {
  const event = (before: Company | undefined) =>
    audit.emission({
      ...actorOf(acting),
      type: before ? 'company.changed' : 'company.created',
      companyId: company.id,
      details: changedSettings(before, company),
    });
  let before: Company | undefined;
  const replace = (current: Company) => {
    before = current;
    return { ...company, createdAt: current.createdAt };
  };
  const replaced = () => store.companies.update(company.id, replace, { emit: () => [event(before)] });
  if (await replaced()) return;
  try {
    await store.companies.insert(company, { emit: [event(undefined)] });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await replaced();
  }
}

function actorOf(acting: Acting | undefined): { actor: string; ip?: string; correlationId?: string } {
  const { ip, correlationId } = acting?.origin ?? {};
  return { actor: acting?.actor ?? 'system', ...(ip && { ip }), ...(correlationId && { correlationId }) };
}

function membershipSaved(membership: Membership, acting: Acting | undefined): CompanyAuditFacts {
  const { companyId, accountId, status, permissions, payments } = membership;
  return {
    ...actorOf(acting),
    type: 'membership.saved',
    companyId,
    accountId,
    details: { status, ...permissions, payments: payments ?? null },
  };
}

function domainSaved(domain: Domain, acting: Acting | undefined): CompanyAuditFacts {
  const { companyId, domain: name, verified, ssoTargeted, connectionId } = domain;
  return {
    ...actorOf(acting),
    type: 'domain.saved',
    companyId,
    details: { domain: name, verified, ssoTargeted, connection: connectionId ?? null },
  };
}
