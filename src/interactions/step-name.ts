/** Every step a person can be shown, named as its folder and its view. */
export type StepName =
  | 'identify'
  | 'federate'
  | 'federation-problem'
  | 'password'
  | 'choose-method'
  | 'authenticator-code'
  | 'recovery-code'
  | 'enrolment-required'
  | 'select-method'
  | 'authenticator-setup'
  | 'new-password'
  | 'save-recovery-code'
  | 'replace-method'
  | 'terms'
  | 'company'
  | 'consent';
