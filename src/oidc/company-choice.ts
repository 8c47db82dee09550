import { errors } from 'oidc-provider';
import type { Membership } from '#companies';
import type { OidcContext } from './library-gaps.ts';

/**
 * The company this authorization is for (A16): just chosen, asked for by the `company` parameter, chosen before in this session,
 * or the only one. Undefined: a person with several has to choose, or has none.
 * @throws AccessDenied when the parameter names a company that the person is no active member of
 */
export function chosenCompany(
  oidc: Pick<OidcContext, 'result' | 'params' | 'session' | 'client'>,
  memberships: readonly Membership[],
): Membership | undefined {
  const active = (companyId: string | undefined) =>
    memberships.find((membership) => membership.companyId === companyId && membership.status === 'active');
  const asked = oidc.params['company'];
  const now = active(oidc.result?.company?.companyId) ?? active(asked);
  if (now) return now;
  if (asked) throw new errors.AccessDenied('the person is not a member of the requested company');
  const before = active(oidc.session.authorizations?.[oidc.client.clientId]?.company);
  return before ?? (memberships.length === 1 ? memberships[0] : undefined);
}
