import { needsFactor } from './assurance.ts';
import type { Facts } from './facts.ts';
import { isSelectingAccount, JOURNEYS, type StepName } from './journeys.ts';

/** Pure: what the person is shown next, or `done`. */
export function nextStep(facts: Facts): StepName | 'done' {
  return JOURNEYS.find((row) => row.needed(facts))?.step ?? 'done';
}

/** Pages beside the next step that the person may turn to: another address, another method. */
export function mayVisit(step: StepName, facts: Facts): boolean {
  if (step === nextStep(facts)) return true;
  // "Try again" after a problem at the IdP.
  if (step === 'federate') return facts.primary === undefined && facts.route?.outcome === 'sso';
  if (step === 'identify') return facts.primary === undefined || isSelectingAccount(facts);
  if (step === 'choose-method' || step === 'authenticator-code' || step === 'recovery-code') {
    return nextStep(facts) === 'authenticator-code' && needsFactor(facts);
  }
  return false;
}
