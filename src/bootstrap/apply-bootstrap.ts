import type { Domain, Membership } from '#companies';
import { AppError } from '#kernel';
import { applyAccount } from './apply-account.ts';
import type { BootstrapFile } from './bootstrap-file.ts';
import type { BootstrapParts } from './ports.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';

const acting = { actor: 'bootstrap' };

/** Writes what the checked file says, each thing after those that it refers to: every prefix is harmless. */
export async function applyBootstrap(
  file: BootstrapFile,
  parts: BootstrapParts,
  run: Reconciliation,
): Promise<void> {
  await applyCompanies(file, parts, run);
  await applyConnections(file, parts, run);
  await applyDomains(file, parts, run);
  for (const entry of file.accounts) await applyAccount(parts, run, entry);
  await applyMemberships(file, parts, run);
  await applyClients(file, parts, run);
  await applyResources(file, parts, run);
}

async function applyCompanies({ companies }: BootstrapFile, parts: BootstrapParts, run: Reconciliation) {
  for (const { value, stated } of companies) {
    const now = parts.clock.now();
    await reconcile(run, {
      kind: 'company',
      id: value.id,
      stated,
      current: await parts.companies.byId(value.id),
      create: () => parts.companies.put({ ...value, createdAt: now, updatedAt: now }, acting),
      replace: (next) => parts.companies.put({ ...next, updatedAt: now }, acting),
    });
  }
}

async function applyConnections({ connections }: BootstrapFile, parts: BootstrapParts, run: Reconciliation) {
  for (const { value, stated } of connections) {
    const now = parts.clock.now();
    await reconcile(run, {
      kind: 'connection',
      id: value.id,
      stated,
      current: await parts.connections.byId(value.id),
      create: () => parts.connections.put({ ...value, createdAt: now, updatedAt: now }, acting),
      replace: (next) => parts.connections.put({ ...next, updatedAt: now }, acting),
    });
  }
}

async function applyDomains({ domains }: BootstrapFile, parts: BootstrapParts, run: Reconciliation) {
  const put = async (domain: Domain) => {
    const { outcome } = await parts.companies.putDomain(domain, acting);
    if (outcome !== 'saved')
      throw new AppError('bootstrap.invalid', 409, {
        params: { problem: `domain ${domain.domain}: ${outcome}` },
      });
  };
  for (const { value, stated } of domains) {
    const current = (await parts.companies.domainsOf(value.companyId)).find(
      (one) => one.domain === value.domain,
    );
    await reconcile(run, {
      kind: 'domain',
      id: value.domain,
      stated,
      current,
      create: () => put(value),
      replace: put,
    });
  }
}

async function applyMemberships({ memberships }: BootstrapFile, parts: BootstrapParts, run: Reconciliation) {
  for (const { value, stated } of memberships) {
    const { email, companyId, permissions, status, payments, loginName } = value;
    const accountId = (await parts.accounts.resolveAddress(email))?.account.id;
    // The account was removed since the file was applied, which its own entry reports.
    if (!accountId) continue;
    const fresh = {
      companyId,
      accountId,
      permissions,
      status,
      createdAt: parts.clock.now(),
      ...(payments && { payments }),
      ...(loginName !== undefined && { loginName }),
    };
    await reconcile<Membership>(run, {
      kind: 'membership',
      id: `${companyId} ${email}`,
      stated,
      current: await parts.companies.membership(companyId, accountId),
      create: () => parts.companies.putMembership(fresh, acting),
      replace: (next) => parts.companies.putMembership(next, acting),
    });
  }
}

async function applyClients({ clients }: BootstrapFile, parts: BootstrapParts, run: Reconciliation) {
  for (const { value, stated } of clients) {
    const put = (client: typeof value) => parts.clients.put(client, acting);
    const current = await parts.clients.byId(value.client_id);
    await reconcile(run, {
      kind: 'client',
      id: value.client_id,
      stated,
      current,
      create: () => put(value),
      replace: put,
    });
  }
}

async function applyResources({ resources }: BootstrapFile, parts: BootstrapParts, run: Reconciliation) {
  for (const { value, stated } of resources) {
    const put = (resource: typeof value) => parts.resources.put(resource, acting);
    const current = await parts.resources.byIndicator(value.indicator);
    await reconcile(run, {
      kind: 'resource',
      id: value.indicator,
      stated,
      current,
      create: () => put(value),
      replace: put,
    });
  }
}
