import { checkClient, checkResource } from '#clients';
import { isPublicDomain, parseDomainRule } from '#companies';
import { checkConnection } from '#federation';
import type { BootstrapFile, BootstrapProblem } from './bootstrap-file.ts';
import { loginNameProblems } from './check-login-names.ts';
import { duplicates } from './duplicates.ts';
import type { BootstrapParts } from './ports.ts';

type Parts = Pick<BootstrapParts, 'accounts' | 'companies' | 'connections' | 'config'>;

/** Everything that would make only half of the file apply, found before anything is written. */
export async function checkReferences(file: BootstrapFile, parts: Parts): Promise<BootstrapProblem[]> {
  return [
    ...twice(file),
    ...rules(file, parts),
    ...(await connectionProblems(file, parts)),
    ...(await domainProblems(file, parts)),
    ...(await membershipProblems(file, parts)),
    ...(await loginNameProblems(file, parts)),
  ];
}

function twice(file: BootstrapFile): BootstrapProblem[] {
  return [
    ...duplicates(file.companies, ({ id }) => id),
    ...duplicates(file.connections, ({ id }) => id),
    ...duplicates(file.domains, ({ domain }) => domain),
    ...duplicates(file.accounts, ({ normalized }) => normalized),
    ...duplicates(file.memberships, ({ email, companyId }) => `${email} in ${companyId}`),
    ...duplicates(file.clients, ({ client_id }) => client_id),
    ...duplicates(file.resources, ({ indicator }) => indicator),
  ];
}

/** What the features themselves say about one entry. */
function rules({ connections, clients, resources }: BootstrapFile, { config }: Parts): BootstrapProblem[] {
  return [
    ...connections.flatMap(({ path, value }) =>
      checkConnection({ ...value, createdAt: 0, updatedAt: 0 }, config).map((problem) => ({ path, problem })),
    ),
    ...clients.flatMap(({ path, value }) =>
      checkClient(value, config).map(({ field, problem }) => ({ path: `${path}.${field}`, problem })),
    ),
    ...resources.flatMap(({ path, value }) =>
      checkResource(value).map(({ field, problem }) => ({ path: `${path}.${field}`, problem })),
    ),
  ];
}

async function connectionProblems(file: BootstrapFile, { connections }: Parts): Promise<BootstrapProblem[]> {
  const problems: BootstrapProblem[] = [];
  for (const { path, value } of file.connections) {
    const existing = await connections.byId(value.id);
    if (existing && existing.companyId !== value.companyId)
      problems.push({ path: `${path}.id`, problem: `${value.id} is a connection of another company` });
  }
  return problems;
}

async function domainProblems(file: BootstrapFile, parts: Parts): Promise<BootstrapProblem[]> {
  const inFile = new Map(file.connections.map(({ value }) => [value.id, value.companyId]));
  const problems: BootstrapProblem[] = [];
  for (const { path, value } of file.domains) {
    const { domain, companyId, connectionId, ssoTargeted } = value;
    if (!parseDomainRule(domain))
      problems.push({ path: `${path}.domain`, problem: 'must be a domain or *.domain' });
    else if (isPublicDomain(domain))
      problems.push({
        path: `${path}.domain`,
        problem: `${domain} is open to the public and belongs to no company`,
      });
    if (connectionId !== undefined) {
      const owner = inFile.get(connectionId) ?? (await parts.connections.byId(connectionId))?.companyId;
      if (owner === undefined)
        problems.push({ path: `${path}.connection`, problem: `there is no connection ${connectionId}` });
      else if (owner !== companyId)
        problems.push({
          path: `${path}.connection`,
          problem: `${connectionId} is a connection of another company`,
        });
    } else if (ssoTargeted)
      problems.push({
        path: `${path}.connection`,
        problem: 'is needed: people of this domain sign in there',
      });
    problems.push(...(await takenDomain(path, value, parts)));
  }
  return problems;
}

async function takenDomain(
  path: string,
  { domain, companyId }: BootstrapFile['domains'][number]['value'],
  { companies }: Parts,
): Promise<BootstrapProblem[]> {
  const rule = domain.startsWith('*.') ? undefined : await companies.domainRule(domain);
  const taken = rule?.domain === domain && rule.companyId !== companyId;
  return taken
    ? [{ path: `${path}.domain`, problem: `${domain} is proven by company ${rule.companyId}` }]
    : [];
}

async function membershipProblems(file: BootstrapFile, { companies }: Parts): Promise<BootstrapProblem[]> {
  const inFile = new Set(file.companies.map(({ value }) => value.id));
  const wanted = [...new Set(file.memberships.map(({ value }) => value.companyId))].filter(
    (id) => !inFile.has(id),
  );
  const stored = new Set((await companies.getMany(wanted)).map(({ id }) => id));
  return file.memberships
    .filter(({ value }) => !inFile.has(value.companyId) && !stored.has(value.companyId))
    .map(({ path, value }) => ({
      path: `${path}.company`,
      problem: `there is no company ${value.companyId}`,
    }));
}
