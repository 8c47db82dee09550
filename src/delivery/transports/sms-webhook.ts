import { createHmac } from 'node:crypto';
import type { Clock } from '#kernel';
import { askProvider, assertTaken, smsTarget } from './provider-answer.ts';
import type { OutboundFetch, Transport } from './transport.ts';

export interface SmsWebhookSettings {
  url: string;
  secret: string;
}

/**
 * Text messages by an HTTP endpoint of the operator's: docs/sms.md. The signature covers the time, so that an old
 * request can't be sent again (X47); the key is the same for every try of one message.
 */
export function createSmsWebhookTransport(
  { url, secret }: SmsWebhookSettings,
  { fetch, clock }: { fetch: OutboundFetch; clock: Clock },
): Transport {
  const target = smsTarget('webhook', url);
  return async ({ id, to, text }) => {
    const body = JSON.stringify({ id, to, text });
    const timestamp = String(Math.floor(clock.now() / 1000));
    const answer = await askProvider(target, () =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          'x-gatehouse-timestamp': timestamp,
          'x-gatehouse-signature': `v1=${signatureOf(secret, timestamp, body)}`,
        },
        body,
      }),
    );
    assertTaken(target, answer.status);
  };
}

/** HMAC-SHA-256 over `timestamp.body`, in hexadecimal. */
function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}
