/**
 * support: requests of people who forgot their e-mail address, from the form to an answer (N2–N4).
 * Owns the case, the record of the identity check, and that an address is revealed only after a recorded match.
 * Leaves the form to self-service, mails to delivery, and who plays the support role to whoever calls it.
 */
export { createSupport } from './create-support.ts';
export type { Candidate, Support, SupportActing } from './support.ts';
export { CASE_STATES, type CaseState, LONGEST, type SupportCase } from './support-case.ts';
