import type { BootstrapFile, BootstrapProblem } from './bootstrap-file.ts';
import { duplicates } from './duplicates.ts';
import type { BootstrapParts } from './ports.ts';

type Parts = Pick<BootstrapParts, 'companies' | 'accounts'>;

/** A label belongs to one company, a log-in name to one member, and a name needs the label that it is typed with (A5). */
export async function loginNameProblems(file: BootstrapFile, parts: Parts): Promise<BootstrapProblem[]> {
  return [
    ...duplicates(file.companies, ({ settings }) => settings.loginNames?.label),
    ...duplicates(
      file.memberships,
      ({ companyId, loginName }) => loginName && `${loginName} of ${companyId}`,
    ),
    ...(await takenLabels(file, parts)),
    ...(await namesWithoutLabel(file, parts)),
    ...(await takenNames(file, parts)),
  ];
}

async function takenLabels({ companies: entries }: BootstrapFile, { companies }: Parts) {
  const problems: BootstrapProblem[] = [];
  for (const { path, value } of entries) {
    const label = value.settings.loginNames?.label;
    const holder = label === undefined ? undefined : await companies.byLoginLabel(label);
    if (holder && holder.id !== value.id)
      problems.push({
        path: `${path}.settings.loginNames.label`,
        problem: `${label} is the label of company ${holder.id}`,
      });
  }
  return problems;
}

async function namesWithoutLabel(file: BootstrapFile, { companies }: Parts) {
  const inFile = new Map(file.companies.map(({ value }) => [value.id, value]));
  const problems: BootstrapProblem[] = [];
  for (const { path, value } of file.memberships) {
    if (!value.loginName) continue;
    const company = inFile.get(value.companyId) ?? (await companies.byId(value.companyId));
    if (company && !company.settings.loginNames)
      problems.push({
        path: `${path}.loginName`,
        problem: `company ${company.id} has no settings.loginNames`,
      });
  }
  return problems;
}

async function takenNames({ memberships }: BootstrapFile, { companies, accounts }: Parts) {
  const problems: BootstrapProblem[] = [];
  for (const { path, value } of memberships) {
    const holder = value.loginName && (await companies.membershipNamed(value.companyId, value.loginName));
    if (holder && (await accounts.resolveAddress(value.email))?.account.id !== holder.accountId)
      problems.push({
        path: `${path}.loginName`,
        problem: `${value.loginName} is the log-in name of somebody else there`,
      });
  }
  return problems;
}
