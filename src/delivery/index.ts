/**
 * delivery: what leaves the house after a change is written: messages, notices, anything that may fail and must happen.
 * Owns the durable queue with its retries, the relay that feeds it, and the ways out (SMTP, SMS gateways, the outbox file).
 * Leaves texts to rendering and what is worth telling to the features.
 */
export {
  createMessages,
  type DeliveryState,
  type Mail,
  type Messages,
  type Sms,
  type Transports,
} from './messages.ts';
export { PermanentRefusal } from './permanent-refusal.ts';
export { createQueue, type Queue } from './queue.ts';
export { createRelay, type Relay } from './relay.ts';
export { createOutboxFileTransport } from './transports/outbox-file.ts';
export { createSmsWebhookTransport } from './transports/sms-webhook.ts';
export { createSmtpTransport } from './transports/smtp.ts';
export type { OutboundFetch, Transport } from './transports/transport.ts';
export { createTwilioTransport } from './transports/twilio.ts';
