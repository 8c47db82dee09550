import type { RequestOrigin } from '#audit';
import type { Connection, FederatedIdentity } from './connection.ts';
import type { Assertion } from './linking.ts';
import type { CompanyDirectory } from './ports.ts';
import type { ResolveOutcome, ResolveRefusal } from './sign-in.ts';

/** One sign-in, with everything read fresh (X8). */
export interface Arrival extends Assertion {
  connection: Connection;
  linkId: string;
  link: FederatedIdentity | undefined;
  origin: RequestOrigin | undefined;
}

export const refused = (code: ResolveRefusal): ResolveOutcome => ({ outcome: 'refused', code });

/** Only domains that its company proved (X2), and none that the company sends to another of its providers (W10). */
export async function mayAssert(
  { id, companyId }: Connection,
  domain: string,
  companies: Pick<CompanyDirectory, 'domainRule'>,
): Promise<boolean> {
  const rule = await companies.domainRule(domain);
  if (!rule?.verified || rule.companyId !== companyId) return false;
  return !rule.ssoTargeted || rule.connectionId === undefined || rule.connectionId === id;
}
