/**
 * kernel: errors, time, randomness, sealing, e-mail addresses and domain events.
 * Owns what every feature may rely on; imports nothing of ours.
 * Leaves input/output of any kind to the features above.
 */
export { AppError, explainError } from './app-error.ts';
export { type Clock, DAY, HOUR, MINUTE, SECOND, systemClock } from './clock.ts';
export { equalInConstantTime, sha256 } from './digest.ts';
export { type EmailAddress, parseDomain, parseEmail } from './email-address.ts';
export { createEventBus, type DomainEvents, type EpochReason, type EventBus } from './events.ts';
export { type Log, silentLog } from './log.ts';
export { networkOf } from './network-of.ts';
export { type Randomness, systemRandomness } from './randomness.ts';
export type { RequestOrigin } from './request-origin.ts';
export { createSecretBox, type SecretBox } from './secret-box.ts';
