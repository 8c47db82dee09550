import { offeringTrust } from './offering-trust.ts';
import type { Services } from './services.ts';
import type { Step } from './step.ts';
import type { StepName } from './step-name.ts';
import { createAuthenticatorCode } from './steps/authenticator-code/step.ts';
import { createAuthenticatorSetup } from './steps/authenticator-setup/step.ts';
import { createChooseMethod } from './steps/choose-method/step.ts';
import { createCompany } from './steps/company/step.ts';
import { createConsent } from './steps/consent/step.ts';
import { createCreatePassword } from './steps/create-password/step.ts';
import { createEmailCode } from './steps/email-code/step.ts';
import { createEmailSetup } from './steps/email-setup/step.ts';
import { createEnrolmentRequired } from './steps/enrolment-required/step.ts';
import { createFederate } from './steps/federate/step.ts';
import { createFederationProblem } from './steps/federation-problem/step.ts';
import { createIdentify } from './steps/identify/step.ts';
import { createInvitationConflict } from './steps/invitation-conflict/step.ts';
import { createJoin } from './steps/join/step.ts';
import { createNewPassword } from './steps/new-password/step.ts';
import { createPasskey } from './steps/passkey/step.ts';
import { createPasskeySetup } from './steps/passkey-setup/step.ts';
import { createPassword } from './steps/password/step.ts';
import { createRecoveryCode } from './steps/recovery-code/step.ts';
import { createReplaceMethod } from './steps/replace-method/step.ts';
import { createSaveRecoveryCode } from './steps/save-recovery-code/step.ts';
import { createSelectMethod } from './steps/select-method/step.ts';
import { createSmsCode } from './steps/sms-code/step.ts';
import { createSmsSetup } from './steps/sms-setup/step.ts';
import { createSmsSetupCode } from './steps/sms-setup-code/step.ts';
import { createTerms } from './steps/terms/step.ts';

/** Every step by name; a missing one is a type error. */
export function createSteps(services: Services): Readonly<Record<StepName, Step>> {
  return {
    identify: createIdentify(services),
    federate: createFederate(services),
    'federation-problem': createFederationProblem(),
    'create-password': createCreatePassword(services),
    password: createPassword(services),
    'invitation-conflict': createInvitationConflict(),
    join: createJoin(),
    'choose-method': createChooseMethod(),
    'authenticator-code': offeringTrust(createAuthenticatorCode(services)),
    'recovery-code': createRecoveryCode(services),
    'enrolment-required': createEnrolmentRequired(),
    'select-method': createSelectMethod(services),
    'authenticator-setup': createAuthenticatorSetup(services),
    'sms-code': offeringTrust(createSmsCode(services)),
    'sms-setup': createSmsSetup(services),
    'sms-setup-code': createSmsSetupCode(services),
    passkey: offeringTrust(createPasskey(services)),
    'passkey-setup': createPasskeySetup(services),
    'email-code': offeringTrust(createEmailCode(services)),
    'email-setup': createEmailSetup(services),
    'new-password': createNewPassword(services),
    'save-recovery-code': createSaveRecoveryCode(services),
    'replace-method': createReplaceMethod(),
    terms: createTerms(services),
    company: createCompany(),
    consent: createConsent(),
  };
}
