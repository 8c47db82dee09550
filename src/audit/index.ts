/**
 * audit: the append-only record of who did what to whom, from where.
 * Owns the form of an event and its store; events come alone or together with the change that they tell of.
 * Leaves to every feature which of its acts are events; never holds secrets.
 */
export { type Acting, actedBy, placeOf } from './acting.ts';
export { AUDIT_TOPIC, type Audit, type AuditFacts, createAudit } from './audit.ts';
export type { AuditEvent, RequestOrigin } from './audit-event.ts';
export { type AuditKind, PERSONAL_KINDS, type PersonalKind } from './audit-kind.ts';
