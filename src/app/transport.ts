import { join } from 'node:path';
import type { Config } from '#config';
import {
  createOutboxFileTransport,
  createSmsWebhookTransport,
  createSmtpTransport,
  createTwilioTransport,
  type OutboundFetch,
  type Transport,
  type Transports,
} from '#delivery';
import type { Clock } from '#kernel';

/** Real delivery where it is configured; the outbox file otherwise, which production refuses at start. */
export function createTransports(
  config: Pick<Config, 'mail' | 'sms' | 'storage'>,
  outside: { clock: Clock; fetch: OutboundFetch },
): Transports {
  const { mail, storage } = config;
  // An installation that lives in memory leaves nothing on the disk.
  const file: Transport =
    storage.dataDir === ':memory:'
      ? async () => {}
      : createOutboxFileTransport({ path: join(storage.dataDir, 'outbox.jsonl'), clock: outside.clock });
  return {
    email: mail.smtpUrl ? createSmtpTransport({ url: mail.smtpUrl, from: mail.from }) : file,
    sms: smsTransport(config, outside) ?? file,
  };
}

/** The settings that a provider needs were checked with all others. */
function smsTransport(
  { sms }: Pick<Config, 'sms'>,
  { clock, fetch }: { clock: Clock; fetch: OutboundFetch },
): Transport | undefined {
  if (sms.provider === 'twilio') {
    const { accountSid = '', authToken = '', from = '', url: baseUrl } = sms.twilio;
    return createTwilioTransport({ accountSid, authToken, from, baseUrl }, fetch);
  }
  if (sms.provider === 'webhook') {
    const { url = '', secret = '' } = sms.webhook;
    return createSmsWebhookTransport({ url, secret }, { fetch, clock });
  }
  return undefined;
}
