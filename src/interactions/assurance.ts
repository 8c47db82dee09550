import { ACR, acrHeight, metAcr } from '#oidc';
import type { Facts, Primary } from './facts.ts';

/** Reasons of the login prompt that a second factor alone answers; all others want the primary proof again. */
const FACTOR_REASONS: ReadonlySet<string> = new Set(['acr_unmet', 'payments_step_up', 'factor_owed']);

/** True when the request wants the person to prove again who they are (prompt=login, max_age, nobody signed in). */
export function wantsFreshPrimary({ pending }: Pick<Facts, 'pending'>): boolean {
  return (
    pending.prompt.name === 'login' && pending.prompt.reasons.some((reason) => !FACTOR_REASONS.has(reason))
  );
}

/** The acr this log-in has earned so far (design.md section 6). A recovery code earns no more than the primary proof. */
export function earnedAcr(primary: Primary, factor: Facts['factor']): string {
  const first =
    primary.kind === 'password' ? ACR.password : primary.kind === 'sso' ? primary.acr : primary.signIn.acr;
  const second = factor?.kind === 'totp' ? ACR.mfaApp : undefined;
  return second && acrHeight(second) > acrHeight(first) ? second : first;
}

/** Authentication methods by RFC 8176, `recovery` for a recovery code, `fed` for a company's IdP that names none. */
export function earnedAmr(primary: Primary, factor: Facts['factor']): string[] {
  const first =
    primary.kind === 'password'
      ? ['pwd']
      : primary.kind === 'sso'
        ? federated(primary.amr)
        : primary.signIn.amr;
  const second = factor?.kind === 'totp' ? ['otp', 'mfa'] : factor?.kind === 'recovery' ? ['recovery'] : [];
  return [...new Set([...first, ...second])];
}

const federated = (amr: readonly string[]) => (amr.length > 0 ? [...amr] : ['fed']);

/** Company policy accepts any second proof of this sign-in, a recovery code included. */
function hasSecondProof({ primary, factor }: Facts): boolean {
  return factor !== undefined || (primary?.kind === 'session' && primary.signIn.secondFactor);
}

/** Whether a second factor is to be asked for, once the first proof is there. */
export function needsFactor(facts: Facts): boolean {
  const { primary, factor, pending, policy, enrolled } = facts;
  if (!primary || factor) return false;
  if (pending.client.payments) return true;
  const unmet =
    pending.requestedAcr.length > 0 && metAcr(earnedAcr(primary, factor), pending.requestedAcr) === undefined;
  if (unmet && pending.requestedAcr.some((acr) => acrHeight(acr) > 0)) return true;
  if (hasSecondProof(facts)) return false;
  // Someone who has enrolled is challenged at every local log-in, whatever the date (H16).
  if (primary.kind === 'password') return enrolled.totp || policy?.mfa.enforced === true;
  const sso = primary.kind === 'sso' || primary.signIn.signIn.kind === 'sso';
  return sso && policy?.mfa.enforced === true;
}
