import { askProvider, assertTaken, smsTarget } from './provider-answer.ts';
import type { OutboundFetch, Transport } from './transport.ts';

export interface TwilioSettings {
  /** https://api.twilio.com, or one of its regions. */
  baseUrl: string;
  accountSid: string;
  authToken: string;
  /** A number in E.164, or the SID of a messaging service (MG…). */
  from: string;
}

/**
 * Text messages by Twilio's Messages resource. It takes no idempotency key: after a crash between sending and noting
 * it, the same text may come twice.
 */
export function createTwilioTransport(settings: TwilioSettings, fetch: OutboundFetch): Transport {
  const { baseUrl, accountSid, authToken, from } = settings;
  const url = `${baseUrl.replace(/\/$/, '')}/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const sender = from.startsWith('MG') ? { MessagingServiceSid: from } : { From: from };
  const target = smsTarget('twilio', baseUrl);
  return async ({ to, text }) => {
    const answer = await askProvider(target, () =>
      fetch(url, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ To: to, ...sender, Body: text }).toString(),
      }),
    );
    assertTaken(target, answer.status, await errorCode(answer));
  };
}

/** Twilio's own number for what was wrong, such as 21211; its words may repeat the recipient. */
async function errorCode(answer: Response): Promise<string | undefined> {
  const body: unknown = await answer.json().catch(() => undefined);
  const code = (body as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? String(code) : undefined;
}
