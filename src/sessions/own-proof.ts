import type { Account } from '#accounts';
import { type Companies, policyOf } from '#companies';
import type { Credentials } from '#credentials';
import type { Federation } from '#federation';
import { type Clock, parseEmail } from '#kernel';

/** What stands behind a wish for a second factor: one that the person has, the company's identity provider, or nothing. */
export type OwnProof = 'factor' | 'identity-provider' | 'none';

export interface OwnProofParts {
  companies: Pick<Companies, 'activeMembershipsOf' | 'getMany'>;
  federation: Pick<Federation, 'routing'>;
  credentials: Pick<Credentials, 'hasMethod'>;
  clock: Clock;
}

/**
 * People of an SSO-targeted domain prove themselves at the identity provider. A factor of theirs counts where it is asked for
 * after that one, for payments or by another company (E8, C4), and is a leftover from before the domain was targeted otherwise (E3).
 */
export function createOwnProof({ companies, federation, credentials, clock }: OwnProofParts) {
  return async function ownProof(account: Account): Promise<OwnProof> {
    const address = parseEmail(account.email);
    const route = address && (await federation.routing.route(address));
    const hasMethod = await credentials.hasMethod(account.id);
    if (!route || route.outcome === 'local') return hasMethod ? 'factor' : 'none';
    const signIn = { kind: 'sso' as const, companyId: route.company.id };
    const { mfa } = await policyOf(companies, account, { signIn, now: clock.now() });
    return hasMethod && mfa.enforced ? 'factor' : 'identity-provider';
  };
}
