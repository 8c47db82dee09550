import type { Companies } from '#companies';
import { CommandFailure } from './command.ts';

const LISTED = 20;

/** @throws CommandFailure that names the id and those that there are */
export async function assertCompany(companies: Pick<Companies, 'byId' | 'all'>, id: string): Promise<void> {
  if (await companies.byId(id)) return;
  const ids = (await companies.all()).map((company) => company.id).sort();
  const more = ids.length > LISTED ? `, … (${ids.length} in all)` : '';
  const known =
    ids.length === 0
      ? 'none is there yet: a bootstrap file makes them (gatehouse apply)'
      : `known are ${ids.slice(0, LISTED).join(', ')}${more}`;
  throw new CommandFailure([`there is no company ${id}; ${known}`]);
}
