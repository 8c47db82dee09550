import type { Accounts } from '#accounts';
import type { Companies } from '#companies';
import type { Candidate } from './support.ts';
import { isSameName } from './support-case.ts';

interface Directory {
  accounts: Pick<Accounts, 'getMany'>;
  companies: Pick<Companies, 'membershipsOf' | 'membersOf' | 'getMany'>;
}

/** Members of the company, of every status, who have this name. */
export async function findCandidates(
  { accounts, companies }: Directory,
  companyId: string,
  fullName: string,
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  let after: string | undefined;
  do {
    const page = await companies.membersOf(companyId, { limit: 500, ...(after && { after }) });
    const people = await accounts.getMany(page.items.map(({ accountId }) => accountId));
    for (const account of people.filter(({ name }) => isSameName(name, fullName))) {
      const memberships = await companies.membershipsOf(account.id);
      const theirs = await companies.getMany(memberships.map((one) => one.companyId));
      const { id: accountId, name, status, createdAt } = account;
      found.push({ accountId, name, status, createdAt, companies: theirs.map((one) => one.name) });
    }
    after = page.next;
  } while (after);
  return found;
}
