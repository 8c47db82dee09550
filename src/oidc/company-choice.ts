import { errors } from 'oidc-provider';
import type { Account } from '#accounts';
import type { Membership, SignInMethod } from '#companies';
import type { Directory } from './directory.ts';
import type { OidcContext } from './library-gaps.ts';

/**
 * The company this authorization is for (A16): just chosen, asked for by the `company` parameter, chosen before in this session,
 * or the only one. Undefined: a person with several has to choose (our own pages ask nobody), or has none.
 * @throws AccessDenied when the parameter names a company that the person is no active member of; a third-party client
 * gets ConsentRequired, as it would for a company that it may not see yet
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
  if (asked) throw notAMember(oidc.client);
  const { clientId, own_page: ownPage } = oidc.client;
  const before = chosenBefore(
    { companies: companiesByClient(oidc.session.authorizations), signIn: oidc.session.signIn },
    { clientId, ownPage },
  );
  return active(before) ?? (memberships.length === 1 ? memberships[0] : undefined);
}

/** Chosen companies by client. */
export function companiesByClient(
  authorizations: Readonly<Record<string, { company?: string | undefined }>> = {},
): Readonly<Record<string, string>> {
  const chosen = Object.entries(authorizations).flatMap(([clientId, { company }]) =>
    company ? [[clientId, company] as const] : [],
  );
  return Object.fromEntries(chosen);
}

/**
 * What this session chose for the client. One's own account is no company matter: our own pages take the one company that
 * all its relying parties were given, else the one whose identity provider signed the person in, else none.
 */
export function chosenBefore(
  { companies, signIn }: { companies: Readonly<Record<string, string>>; signIn?: SignInMethod | undefined },
  { clientId, ownPage }: { clientId: string; ownPage?: boolean | undefined },
): string | undefined {
  const here = companies[clientId];
  if (here || !ownPage) return here;
  const [only, ...others] = new Set(Object.values(companies));
  if (only !== undefined && others.length === 0) return only;
  return signIn?.kind === 'sso' ? signIn.companyId : undefined;
}

function notAMember(client: { first_party?: boolean | undefined }) {
  return client.first_party
    ? new errors.AccessDenied('the person is not a member of the requested company')
    : new errors.ConsentRequired('the person has not allowed this client the requested company');
}

/** A19: the person was somebody's and is nobody's now; operators of the platform belong to none. */
export async function isWithoutCompany(account: Account, { companies }: Directory): Promise<boolean> {
  if (account.platformRole) return false;
  const memberships = await companies.membershipsOf(account.id);
  return memberships.length > 0 && memberships.every(({ status }) => status !== 'active');
}
