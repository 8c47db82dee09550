import type { TrustRule } from '#companies';
import { acrHeight } from '#oidc';
import { factorOf } from './factors.ts';
import type { Facts } from './facts.ts';

/**
 * The rule under which this log-in may make and use a trusted device: of companies that all allow it, for a person who has not
 * asked for a second factor always, at a plain log-in by password. Never where the request itself wants a proof (payments,
 * `acr`, `max_age`, `prompt=login`, a step-up of our own pages), nor where a company is joined.
 */
export function trustRuleOf(facts: Facts): TrustRule | null {
  const { primary, account, policy, invited } = facts;
  if (primary?.kind !== 'password' || account?.alwaysSecondFactor === true || invited) return null;
  return wantsProof(facts) ? null : (policy?.mfa.trust ?? null);
}

/**
 * In this browser the person is not asked for a second factor. It earns nothing: `acr` and `amr` are those of the password.
 * Nor does it change anything: a password that has expired is not replaced on the strength of it (X34).
 */
export function isSparedHere(facts: Facts): boolean {
  return facts.trusted && facts.passwordDue === undefined && trustRuleOf(facts) !== null;
}

/** The rule under which the browser is trusted from now on, where the person wished so and proved a method of theirs. */
export function trustEarned(facts: Facts): TrustRule | undefined {
  const proven = factorOf(facts.factor?.kind)?.isMethod === true;
  return (facts.progress.trustDevice && proven && trustRuleOf(facts)) || undefined;
}

function wantsProof({ pending, prompts }: Facts): boolean {
  const { client, params, requestedAcr, wantsFreshFactor } = pending;
  return (
    client.payments ||
    wantsFreshFactor ||
    prompts.has('login') ||
    params['max_age'] !== undefined ||
    requestedAcr.some((acr) => acrHeight(acr) > 0)
  );
}
