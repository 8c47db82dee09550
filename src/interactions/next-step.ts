import { askedMethods, needsFactor } from './assurance.ts';
import { FACTORS } from './factors.ts';
import type { Facts } from './facts.ts';
import { isSelectingAccount, JOURNEYS } from './journeys.ts';
import type { StepName } from './step-name.ts';

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
  return isSetUpPage(step, facts) || isMethodPage(step, facts);
}

/** While a method is asked for: the chooser, each method that will do, and the recovery code in the place of a lost one. */
function isMethodPage(step: StepName, facts: Facts): boolean {
  if (!needsFactor(facts)) return false;
  const asked = askedMethods(facts);
  const next = nextStep(facts);
  if (next !== 'choose-method' && !asked.some(({ challenge }) => challenge === next)) return false;
  if (step === 'choose-method') return true;
  return FACTORS.some((factor) => factor.challenge === step && (!factor.isMethod || asked.includes(factor)));
}

/** While a method is set up: another method, or another number. */
function isSetUpPage(step: StepName, facts: Facts): boolean {
  const next = nextStep(facts);
  if (step === 'sms-setup') return next === 'sms-setup-code';
  return (
    step === 'select-method' &&
    ['authenticator-setup', 'sms-setup', 'sms-setup-code', 'passkey-setup', 'email-setup'].includes(next)
  );
}
