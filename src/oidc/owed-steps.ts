import { errors } from 'oidc-provider';
import { type Company, effectivePolicy, type Membership } from '#companies';
import type { Clock } from '#kernel';
import { chosenCompany } from './company-choice.ts';
import type { Consents } from './consents.ts';
import type { Directory } from './directory.ts';
import type { OwedSteps } from './interaction-policy.ts';
import type { SignInKind } from './interaction-result.ts';
import type { OidcContext } from './library-gaps.ts';
import { hasSignInMoved } from './sign-in-place.ts';

export interface OwedStepsDependencies {
  directory: Directory;
  consents: Consents;
  clock: Clock;
  /** Undefined: this installation has no terms. */
  termsVersion: string | undefined;
}

/** Which prompts a request still owes, for people who come back with a session as for fresh log-ins. */
export function createOwedSteps({
  directory,
  consents,
  clock,
  termsVersion,
}: OwedStepsDependencies): OwedSteps {
  const membershipsOf = (oidc: OidcContext) =>
    directory.companies.activeMembershipsOf((oidc.account as { accountId: string }).accountId);

  return {
    async termsOwed(oidc) {
      if (!termsVersion || oidc.session.signIn?.kind === 'sso') return false;
      const account = await directory.accounts.byId(oidc.session.accountId as string);
      return account?.acceptedTerms?.version !== termsVersion;
    },

    invitationOwed: async ({ client, result }) =>
      client.accepts_invitation === true && result?.invitation === undefined,

    async signInMoved(oidc) {
      const { signIn, accountId } = oidc.session;
      if (!signIn || oidc.result?.login) return false;
      const account = await directory.accounts.byId(accountId as string);
      return account !== undefined && hasSignInMoved(signIn, account, directory);
    },

    async companyOwed(oidc) {
      if (oidc.client.own_page) return false;
      const memberships = await membershipsOf(oidc);
      return memberships.length > 1 && chosenCompany(oidc, memberships) === undefined;
    },

    async consentOwed(oidc) {
      if (oidc.result?.consent) return false;
      if (isSilentNative(oidc)) return true;
      if (oidc.client.first_party) return false;
      const company = chosenCompany(oidc, await membershipsOf(oidc))?.companyId;
      return !(await consents.covers(oidc, oidc.session.accountId as string, company));
    },

    async factorOwed(oidc) {
      const signIn = oidc.session.signIn;
      if (!signIn || oidc.session.secondFactor) return false;
      const chosen = chosenCompany(oidc, await membershipsOf(oidc));
      if (!chosen) return false;
      // A log-in of this very request has weighed all of the person's companies.
      if (signIn.kind === 'local' && (oidc.result?.login || !isSwitch(oidc, chosen))) return false;
      const owed = await isMfaEnforced(oidc, chosen, signIn, directory, clock);
      if (owed && oidc.result?.login)
        throw new errors.UnmetAuthenticationRequirements('a second factor is required');
      return owed;
    },
  };
}

/**
 * A running session is left alone by a new policy (H9) until it turns to another company (A17): here, or at a relying party that
 * it is new to. One that was given none yet, as on our own pages, turns to its first.
 */
function isSwitch(oidc: OidcContext, chosen: Membership): boolean {
  const { authorizations = {} } = oidc.session;
  const here = authorizations[oidc.client.clientId]?.company;
  const before = here ? [here] : Object.values(authorizations).flatMap(({ company }) => company ?? []);
  return !before.includes(chosen.companyId);
}

/** Another company's MFA is asked before that company can be chosen; signing in at A's IdP replaces A's only. */
async function isMfaEnforced(
  oidc: OidcContext,
  chosen: Membership,
  signIn: SignInKind,
  directory: Directory,
  clock: Clock,
): Promise<boolean> {
  const account = await directory.accounts.byId(oidc.session.accountId as string);
  const company = await directory.companies.byId(chosen.companyId);
  if (!account || !company) return false;
  const companies: Company[] = [company];
  const now = clock.now();
  return effectivePolicy({ account, memberships: [chosen], companies, signIn, now }).mfa.enforced;
}

/** Anyone may claim a custom scheme or a loopback port: no silent answer there (RFC 8252 8.6). */
function isSilentNative(oidc: OidcContext): boolean {
  const client = oidc.client as { applicationType?: string };
  if (client.applicationType !== 'native' || oidc.result?.login) return false;
  return !(oidc.params['redirect_uri'] ?? '').startsWith('https:');
}
