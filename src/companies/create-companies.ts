import { type Acting, type Audit, type AuditFacts, actedBy } from '#audit';
import { AppError, type Clock } from '#kernel';
import { type Collection, ConflictError, everyItem, type Storage } from '#storage';
import { changeSettings } from './change-settings.ts';
import { changedSettings } from './changed-settings.ts';
import type { Companies, PutDomainOutcome } from './companies.ts';
import type { Company } from './company.ts';
import { createCompanyStore } from './company-store.ts';
import { type Domain, isPublicDomain, parseDomainRule } from './domain.ts';
import { createDomainStore } from './domain-store.ts';
import type { Membership } from './membership.ts';
import { createMembershipStore, membershipId } from './membership-store.ts';
import { withTrustInstant } from './trust-rule.ts';

type CompanyAudit = Pick<Audit, 'emission' | 'record'>;

export interface CompaniesParts {
  storage: Storage;
  audit: CompanyAudit;
  clock: Clock;
}

/** Declares the collections of companies, memberships and domains: to be called before the storage opens. */
export function createCompanies({ storage, audit, clock }: CompaniesParts): Companies {
  const companies = createCompanyStore(storage);
  const members = createMembershipStore(storage);
  const domains = createDomainStore(storage);

  const all: Companies = {
    byId: (id) => companies.get(id),
    getMany: (ids) => companies.getMany(ids),
    all: () => everyItem(companies, { index: 'byName' }),
    byLoginLabel: (label) => byLoginLabel(companies, label),
    put: (company, acting) => putCompany(companies, audit, company, acting),
    changeSettings: (change, acting) => changeSettings({ companies: all, audit, clock }, change, acting),

    membershipsOf: (accountId) => members.ofAccount(accountId),
    activeMembershipsOf: async (accountId) =>
      (await members.ofAccount(accountId)).filter((one) => one.status === 'active'),
    membership: (companyId, accountId) => members.memberships.get(membershipId(companyId, accountId)),
    membershipNamed: (companyId, loginName) => members.byLoginName(companyId, loginName),
    async putMembership(membership, acting) {
      const saved: Membership = {
        ...membership,
        id: membershipId(membership.companyId, membership.accountId),
      };
      await members.memberships
        .put(saved, { emit: [audit.emission(membershipSaved(saved, acting))] })
        .catch(taken('login-name-taken', saved.loginName ?? ''));
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
      return { outcome: 'saved', domain };
    },
    async provenBy(companyId, emailDomain) {
      return (await domains.rule(emailDomain))?.companyId === companyId;
    },
  };
  return all;
}

async function byLoginLabel(companies: Collection<Company>, label: string): Promise<Company | undefined> {
  return (await companies.find({ index: 'byLoginLabel', equals: [label], limit: 1 })).items[0];
}

/** A unique value of another document, told as what it is. */
function taken(code: 'login-label-taken' | 'login-name-taken', value: string) {
  return (error: unknown): never => {
    if (!(error instanceof ConflictError) || error.constraint === 'key') throw error;
    throw new AppError(code, 409, { params: { value }, cause: error });
  };
}

/** The company as it is stored. */
function stored({ loginLabel: _, ...company }: Company, before: Company | undefined): Company {
  const label = company.settings.loginNames?.label;
  return { ...withTrustInstant(company, before), ...(label !== undefined && { loginLabel: label }) };
}

/** Inserts or replaces by compare-and-swap, so that the audit event tells exactly what this write changed. */
async function putCompany(
  companies: Collection<Company>,
  audit: CompanyAudit,
  company: Company,
  acting: Acting,
): Promise<void> {
  const event = (before: Company | undefined) =>
    audit.emission({
      ...actedBy(acting),
      type: before ? 'company.changed' : 'company.created',
      companyId: company.id,
      details: changedSettings(before, company),
    });
  let before: Company | undefined;
  const replace = (current: Company) => {
    before = current;
    return stored({ ...company, createdAt: current.createdAt }, current);
  };
  const labelTaken = taken('login-label-taken', company.settings.loginNames?.label ?? '');
  const replaced = () =>
    companies.update(company.id, replace, { emit: () => [event(before)] }).catch(labelTaken);
  if (await replaced()) return;
  const inserted = await companies
    .insertIfAbsent(stored(company, undefined), { emit: [event(undefined)] })
    .catch(labelTaken);
  if (!inserted) await replaced();
}

function membershipSaved(membership: Membership, acting: Acting): AuditFacts {
  const { companyId, accountId, status, permissions, payments, loginName } = membership;
  return {
    ...actedBy(acting),
    type: 'membership.saved',
    companyId,
    accountId,
    details: { status, ...permissions, payments: payments ?? null, ...(loginName && { loginName }) },
  };
}

function domainSaved(domain: Domain, acting: Acting): AuditFacts {
  const { companyId, domain: name, verified, ssoTargeted, connectionId } = domain;
  return {
    ...actedBy(acting),
    type: 'domain.saved',
    companyId,
    details: { domain: name, verified, ssoTargeted, connection: connectionId ?? null },
  };
}
