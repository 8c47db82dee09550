import type { AccessToken, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import type { Account } from '#accounts';
import { accountClaims } from './claims.ts';
import { isWithoutCompany } from './company-choice.ts';
import type { Directory } from './directory.ts';
import { type GrantFields, oidcOf } from './library-gaps.ts';
import { hasSignInMoved } from './sign-in-place.ts';

/** People for the library: only active ones; a refresh also wants the membership that its grant was made for. */
export function createAccountFinder(directory: Directory): FindAccount {
  return async (ctx, sub, token) => {
    const account = await directory.accounts.byId(sub);
    if (account?.status !== 'active') return undefined;
    if (
      (token as { kind?: string } | undefined)?.kind === 'RefreshToken' &&
      !(await mayRefresh(ctx, account, directory))
    ) {
      return undefined;
    }
    return {
      accountId: account.id,
      async claims(_use, scope, claims) {
        const asksPhone = scope.split(' ').includes('phone') || Object.hasOwn(claims ?? {}, 'phone_number');
        const phone = asksPhone ? await directory.phones.number(account.id) : undefined;
        return accountClaims(account, await chosenMembership(ctx, account, directory), phone) as {
          sub: string;
        };
      },
    };
  };
}

const grantOf = (ctx: KoaContextWithOIDC) => oidcOf(ctx).entities['Grant'] as GrantFields | undefined;

/** Still a member of the grant's company, and still to sign in where the grant's sign-in was made (X38). */
async function mayRefresh(ctx: KoaContextWithOIDC, account: Account, directory: Directory): Promise<boolean> {
  const { companyId, signIn } = grantOf(ctx) ?? {};
  if (signIn && (await hasSignInMoved(signIn, account, directory))) return false;
  if (!companyId) return !(await isWithoutCompany(account, directory));
  // The claims need the company, too: read before the token is spent, it costs no proof of its own that copies are true.
  const [membership] = await Promise.all([
    directory.companies.membership(companyId, account.id),
    directory.companies.byId(companyId),
  ]);
  return membership?.status === 'active';
}

async function chosenMembership(ctx: KoaContextWithOIDC, account: Account, { companies }: Directory) {
  const companyId = grantOf(ctx)?.companyId;
  if (!companyId) return undefined;
  const [company, membership] = await Promise.all([
    companies.byId(companyId),
    companies.membership(companyId, account.id),
  ]);
  return company && membership?.status === 'active' ? { company, membership } : undefined;
}

/** `acr`, `amr`, `auth_time` and the company in JWT access tokens, as in the ID token (RFC 9068). */
export async function accessTokenClaims(
  ctx: KoaContextWithOIDC,
  token: AccessToken,
  { companies }: Directory,
) {
  if (token.kind !== 'AccessToken') return undefined;
  const { entities } = oidcOf(ctx);
  const source = (entities['AuthorizationCode'] ?? entities['RefreshToken']) as
    | { acr?: string; amr?: string[]; authTime?: number }
    | undefined;
  const companyId = grantOf(ctx)?.companyId;
  const company = companyId ? await companies.byId(companyId) : undefined;
  return {
    ...(source?.acr && { acr: source.acr }),
    ...(source?.amr && { amr: source.amr }),
    ...(source?.authTime && { auth_time: source.authTime }),
    ...(company && { company_id: company.id }),
  };
}
