import {
  askedMethods,
  hasMailboxAlone,
  hasMethod,
  mustEnrol,
  needsFactor,
  wantsFreshPrimary,
} from './assurance.ts';
import type { Facts } from './facts.ts';
import { isInvited } from './invited.ts';
import type { FactorKind } from './progress.ts';
import type { StepName } from './step-name.ts';

export interface JourneyRow {
  step: StepName;
  /** The journeys in which the step occurs, for the reader; `needed` decides. */
  journeys: readonly ('sign in' | 'step-up' | 'reset' | 'invitation')[];
  needed(facts: Facts): boolean;
}

/**
 * The log-in journey, that of an invitation included: the first row that is needed is the next step; when none is, the log-in is done.
 * Order: who → first proof → second factor → new password → recovery code → terms → company → consent.
 */
export const JOURNEYS: readonly JourneyRow[] = [
  { step: 'identify', journeys: ['sign in', 'reset'], needed: needsIdentifier },
  {
    step: 'federation-problem',
    journeys: ['sign in', 'step-up'],
    needed: ({ primary, route, progress }) =>
      !primary &&
      (route?.outcome === 'unavailable' ||
        (route?.outcome === 'sso' && progress.federationProblem !== undefined)),
  },
  {
    step: 'federate',
    journeys: ['sign in', 'step-up'],
    needed: ({ primary, route }) => !primary && route?.outcome === 'sso',
  },
  {
    step: 'create-password',
    journeys: ['invitation'],
    needed: ({ primary, route, creates }) => !primary && route?.outcome === 'local' && creates,
  },
  { step: 'password', journeys: ['sign in', 'step-up', 'reset'], needed: ({ primary }) => !primary },
  {
    step: 'invitation-conflict',
    journeys: ['invitation'],
    needed: ({ invited, account }) => invited !== undefined && !isInvited(account, invited),
  },
  {
    step: 'join',
    journeys: ['invitation'],
    needed: ({ invited, progress }) => invited !== undefined && progress.joining !== true,
  },
  // Signing in at A's IdP replaces A's MFA only: whose policy counts is known when the company is.
  { step: 'company', journeys: ['sign in'], needed: (facts) => isSso(facts) && needsCompany(facts) },
  {
    step: 'choose-method',
    journeys: ['sign in', 'step-up', 'reset'],
    needed: (facts) => needsFactor(facts) && (askedMethods(facts).length > 1 || hasMailboxAlone(facts)),
  },
  { step: 'authenticator-code', journeys: ['sign in', 'step-up', 'reset'], needed: isOnlyMethod('totp') },
  { step: 'sms-code', journeys: ['sign in', 'step-up', 'reset'], needed: isOnlyMethod('sms') },
  { step: 'passkey', journeys: ['sign in', 'step-up', 'reset'], needed: isOnlyMethod('passkey') },
  { step: 'email-code', journeys: ['sign in', 'step-up'], needed: isOnlyMethod('email') },
  {
    step: 'enrolment-required',
    journeys: ['sign in', 'step-up'],
    needed: (facts) => !facts.progress.enrolment && (mustEnrol(facts) || offersEnrolment(facts)),
  },
  {
    step: 'select-method',
    journeys: ['sign in', 'step-up'],
    needed: ({ progress }) => progress.enrolment === 'select',
  },
  {
    step: 'authenticator-setup',
    journeys: ['sign in', 'step-up'],
    needed: ({ progress }) => progress.enrolment === 'setup',
  },
  {
    step: 'sms-setup',
    journeys: ['sign in', 'step-up'],
    needed: ({ progress }) => progress.enrolment === 'phone',
  },
  {
    step: 'sms-setup-code',
    journeys: ['sign in', 'step-up'],
    needed: ({ progress }) => progress.enrolment === 'phone-code',
  },
  {
    step: 'passkey-setup',
    journeys: ['sign in', 'step-up'],
    needed: ({ progress }) => progress.enrolment === 'passkey',
  },
  {
    step: 'email-setup',
    journeys: ['sign in', 'step-up'],
    needed: ({ progress }) => progress.enrolment === 'email',
  },
  { step: 'new-password', journeys: ['sign in'], needed: ({ passwordDue }) => passwordDue !== undefined },
  {
    step: 'save-recovery-code',
    journeys: ['sign in', 'step-up'],
    needed: ({ progress }) => progress.secrets.recoveryCode !== undefined,
  },
  {
    step: 'replace-method',
    journeys: ['sign in'],
    needed: ({ progress }) => progress.replaceMethod === 'offered',
  },
  { step: 'terms', journeys: ['sign in'], needed: ({ termsOwed }) => termsOwed },
  { step: 'company', journeys: ['sign in'], needed: needsCompany },
  { step: 'consent', journeys: ['sign in'], needed: ({ consentOwed }) => consentOwed },
];

/** One method: its page comes at once; of several the person chooses. */
function isOnlyMethod(kind: FactorKind) {
  return (facts: Facts): boolean => {
    const [only, ...others] = askedMethods(facts);
    return needsFactor(facts) && others.length === 0 && only?.kind === kind;
  };
}

/** With one company only there is nothing else to select but the account. */
function needsIdentifier(facts: Facts): boolean {
  if (isSelectingAccount(facts)) return facts.memberships.length < 2;
  return !facts.primary && !facts.route;
}

/** `prompt=select_account` while somebody is signed in: the company, or who it is to be, may change (A17). */
export function isSelectingAccount({ primary, prompts, pending }: Facts): boolean {
  return primary?.kind === 'session' && prompts.has('select_account') && !pending.settled.select_account;
}

function isSso({ primary }: Facts): boolean {
  return primary?.kind === 'sso' || (primary?.kind === 'session' && primary.signIn.signIn.kind === 'sso');
}

/** Asked with two or more memberships when none is chosen, and again on `prompt=select_account` (A16, A17); one's own account is no company's. */
function needsCompany({ memberships, chosenCompanyId, prompts, progress, pending }: Facts): boolean {
  if (memberships.length < 2 || progress.companyId !== undefined) return false;
  if (prompts.has('select_account') && !pending.settled.select_account) return true;
  return chosenCompanyId === undefined && !pending.client.ownPage;
}

/** MFA is announced for a later day: the page offers it, with "Remind me later" (G25). Only where a log-in is under way. */
function offersEnrolment(facts: Facts): boolean {
  const { primary, policy, enrolled, progress } = facts;
  return (
    primary?.kind === 'password' &&
    wantsFreshPrimary(facts) &&
    policy?.mfa.required === true &&
    !policy.mfa.enforced &&
    !hasMethod(enrolled) &&
    !progress.enrolmentPostponed
  );
}
