import { ACR, acrHeight, lowestRequested, metAcr } from '#oidc';
import { FACTORS, type Factor, factorOf, opensPayments } from './factors.ts';
import type { Facts, Primary } from './facts.ts';
import { isSparedHere } from './trusted-device.ts';

/** Reasons of the login prompt that a second factor alone answers; all others want the primary proof again. */
const FACTOR_REASONS: ReadonlySet<string> = new Set([
  'acr_unmet',
  'payments_step_up',
  'factor_stale',
  'factor_owed',
]);

/** True when the request wants the person to prove again who they are (prompt=login, max_age, nobody signed in). */
export function wantsFreshPrimary({ pending }: Pick<Facts, 'pending'>): boolean {
  return (
    pending.prompt.name === 'login' && pending.prompt.reasons.some((reason) => !FACTOR_REASONS.has(reason))
  );
}

/** A passkey always comes with user verification. */
const FIRST_ACR = { password: ACR.password, passkey: ACR.phishingResistant } as const;

/** The acr this log-in has earned so far. A recovery code earns no more than the primary proof. */
export function earnedAcr(primary: Primary, factor: Facts['factor']): string {
  const first =
    primary.kind === 'session'
      ? primary.signIn.acr
      : primary.kind === 'sso'
        ? primary.acr
        : FIRST_ACR[primary.kind];
  const second = factorOf(factor?.kind)?.acr;
  return second && acrHeight(second) > acrHeight(first) ? second : first;
}

/** Authentication methods by RFC 8176, `recovery` for a recovery code, `fed` for a company's IdP that names none. */
export function earnedAmr(primary: Primary, factor: Facts['factor']): string[] {
  const first =
    primary.kind === 'session'
      ? primary.signIn.amr
      : primary.kind === 'sso'
        ? federated(primary.amr)
        : primary.kind === 'password'
          ? ['pwd']
          : [primary.key];
  const key = factor?.key ? [factor.key] : [];
  const second = factorOf(factor?.kind)?.amr ?? [];
  return [...new Set([...first, ...key, ...second])];
}

const federated = (amr: readonly string[]) => (amr.length > 0 ? [...amr] : ['fed']);

/** Company policy accepts any second proof of this sign-in, a recovery code included. */
function hasSecondProof({ primary, factor }: Facts): boolean {
  return factor !== undefined || (primary?.kind === 'session' && primary.signIn.secondFactor);
}

const isOwed = ({ pending: { prompt } }: Facts) =>
  prompt.name === 'login' && prompt.reasons.includes('factor_owed');

/** Whether a second factor is to be asked for, once the first proof is there. */
export function needsFactor(facts: Facts): boolean {
  const { primary, factor, pending, policy, enrolled } = facts;
  if (!primary || factor) return false;
  if (pending.client.payments || pending.wantsFreshFactor) return true;
  // A sign-in without one turns to a company that enforces it (A17).
  if (primary.kind === 'session' && !primary.signIn.secondFactor && isOwed(facts)) return true;
  const unmet =
    pending.requestedAcr.length > 0 && metAcr(earnedAcr(primary, factor), pending.requestedAcr) === undefined;
  if (unmet && pending.requestedAcr.some((acr) => acrHeight(acr) > 0)) return true;
  if (hasSecondProof(facts)) return false;
  // Someone who has enrolled is challenged at every local log-in, whatever the date (H16), unless they wished otherwise.
  if (primary.kind === 'password') {
    const wished = hasMethod(enrolled) && facts.account?.alwaysSecondFactor !== false;
    return (wished || policy?.mfa.enforced === true) && !isSparedHere(facts);
  }
  const sso = primary.kind === 'sso' || (primary.kind === 'session' && primary.signIn.signIn.kind === 'sso');
  // A company that enforces MFA is not joined on the strength of a sign-in that was made without.
  return (sso || facts.invited !== undefined) && policy?.mfa.enforced === true;
}

/** Whether the person has a method of their own; a recovery code alone is none. */
export function hasMethod(enrolled: Facts['enrolled']): boolean {
  return FACTORS.some(({ kind, isMethod }) => isMethod && enrolled[kind]);
}

/**
 * The methods whose proof is asked for now: those that are enough for this request; where none of them is, all, and a
 * better one is set up once one of them is proven (X34).
 */
export function askedMethods(facts: Facts): readonly Factor[] {
  const enrolled = FACTORS.filter(
    (factor) => factor.isMethod && facts.enrolled[factor.kind] && isSecondProof(factor, facts),
  );
  const enough = enrolled.filter((factor) => isEnough(factor, facts));
  return enough.length > 0 ? enough : enrolled;
}

/** A password that came by a mailed link and a code by e-mail are one mailbox, proven twice (I10, X34). */
function isSecondProof({ kind }: Factor, { passwordByMail }: Facts): boolean {
  return kind !== 'email' || !passwordByMail;
}

/** The person has a method, but just that mailbox: neither asked, nor a reason to set up another by the password alone. */
export function hasMailboxAlone(facts: Facts): boolean {
  return hasMethod(facts.enrolled) && askedMethods(facts).length === 0;
}

/** What was proven is a method, but too weak for the request or the role, and a stronger one can be set up. */
export function needsBetterMethod(facts: Facts): boolean {
  const proven = factorOf(facts.factor?.kind);
  if (!facts.primary || !proven?.isMethod || isEnough(proven, facts)) return false;
  return settableMethods(facts).some((factor) => isEnough(factor, facts) && !facts.enrolled[factor.kind]);
}

/** Once no method of the person's is left to be asked: one has to be set up, and can't be put off. */
export function mustEnrol(facts: Facts): boolean {
  return needsFactor(facts) || needsBetterMethod(facts);
}

/** What may be set up: of the methods that policy allows those that are enough for this request, or all where none is. */
export function settableMethods(facts: Facts): readonly Factor[] {
  const allowed: readonly string[] = facts.policy?.mfa.methods ?? [];
  const settable = FACTORS.filter(
    (factor) => factor.isMethod && allowed.includes(factor.kind) && isSecondProof(factor, facts),
  );
  const enough = settable.filter((factor) => isEnough(factor, facts));
  return enough.length > 0 ? enough : settable;
}

/** Strong enough for what the client asks and for the person's payments role (M2). */
function isEnough(factor: Factor, { pending, policy, phoneCountry }: Facts): boolean {
  const asked = lowestRequested(pending.requestedAcr);
  if (asked !== undefined && acrHeight(asked) > 0 && acrHeight(factor.acr) < acrHeight(asked)) return false;
  const role = policy?.mfa.payments ?? null;
  // A payee's number is one of the United States, or not good for payments (G7).
  if (role !== null && factor.kind === 'sms' && phoneCountry !== undefined && phoneCountry !== 'US')
    return false;
  return (role === null && !pending.client.payments) || opensPayments(factor, role);
}
