/**
 * delivery: what leaves the house after a change is written: messages, notices, anything that may fail and must happen.
 * Owns the durable queue with its retries, the relay that feeds it, and the ways out (SMTP, the outbox file).
 * Leaves texts to rendering and what is worth telling to the features.
 */
export { createMessages, type Mail, type Messages } from './messages.ts';
export { createQueue, type Queue } from './queue.ts';
export { createRelay, type Relay } from './relay.ts';
export { createOutboxFileTransport } from './transports/outbox-file.ts';
export { createSmtpTransport } from './transports/smtp.ts';
export type { Transport } from './transports/transport.ts';
