import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const TWILIO = {
  accountSid: 'AC00000000test',
  authToken: 'twilio-canary-token',
  from: '+15005550006',
};
export const WEBHOOK_SECRET = 'webhook-canary-secret-of-32-bytes-or-more';

export interface ReceivedSms {
  to: string;
  text: string;
  /** The idempotency key; absent where the provider takes none. */
  id?: string;
}

/** A gateway on a port of its own: refuses whoever can't prove who they are, and can fail or never answer. */
export interface SmsGateway {
  url: string;
  env: { twilio: Record<string, string>; webhook: Record<string, string> };
  received: ReceivedSms[];
  /** Requests refused for their signature or password. */
  refused: number;
  /** The next requests are answered with this status, or never. */
  answerNext(...answers: ({ status: number; code?: number } | 'stall')[]): void;
  /** The next message to `to` that was not handed out yet; waits for it. */
  nextTo(to: string): Promise<string>;
  /** The code in that message. */
  nextCodeTo(to: string): Promise<string>;
  close(): Promise<void>;
}

/** Empty where there is none. */
export const codeIn = (words: string): string => /\b\d{6}\b/.exec(words)?.[0] ?? '';

/** `now`: epoch milliseconds of the gateway's clock, against which the age of a signature is checked. */
export async function startSmsGateway(now: () => number = Date.now): Promise<SmsGateway> {
  const planned: Parameters<SmsGateway['answerNext']> = [];
  const waiting: ReceivedSms[] = [];
  let wake = () => {};

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const sms = request.url === '/webhook' ? fromWebhook(request, body, now()) : fromTwilio(request, body);
    if (!sms) gateway.refused++;
    const plan = planned.shift();
    if (plan === 'stall') return;
    const { status, code } = sms ? (plan ?? { status: 201 }) : { status: 401, code: 20003 };
    if (sms && status < 300) keep(sms);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(code === undefined ? {} : { code, message: `about ${sms?.to}` }));
  }

  function keep(sms: ReceivedSms): void {
    // As a gateway does that takes keys: the second time is no second message.
    if (sms.id !== undefined && gateway.received.some(({ id }) => id === sms.id)) return;
    gateway.received.push(sms);
    waiting.push(sms);
    wake();
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateway: SmsGateway = {
    url,
    env: {
      twilio: {
        SMS_PROVIDER: 'twilio',
        SMS_TWILIO_ACCOUNT_SID: TWILIO.accountSid,
        SMS_TWILIO_AUTH_TOKEN: TWILIO.authToken,
        SMS_TWILIO_FROM: TWILIO.from,
        SMS_TWILIO_URL: url,
      },
      webhook: {
        SMS_PROVIDER: 'webhook',
        SMS_WEBHOOK_URL: `${url}/webhook`,
        SMS_WEBHOOK_SECRET: WEBHOOK_SECRET,
      },
    },
    received: [],
    refused: 0,
    answerNext: (...answers) => void planned.push(...answers),
    async nextTo(to) {
      for (;;) {
        const index = waiting.findIndex((sms) => sms.to === to);
        const [sms] = index < 0 ? [] : waiting.splice(index, 1);
        if (sms) return sms.text;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    nextCodeTo: async (to) => codeIn(await gateway.nextTo(to)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gateway;
}

function fromTwilio(request: IncomingMessage, body: string): ReceivedSms | undefined {
  const expected = Buffer.from(`${TWILIO.accountSid}:${TWILIO.authToken}`).toString('base64');
  const path = `/2010-04-01/Accounts/${TWILIO.accountSid}/Messages.json`;
  if (request.headers.authorization !== `Basic ${expected}` || request.url !== path) return undefined;
  const form = new URLSearchParams(body);
  if (form.get('From') !== TWILIO.from) return undefined;
  return { to: form.get('To') ?? '', text: form.get('Body') ?? '' };
}

/** As docs/sms.md tells receivers to check it. */
function fromWebhook({ headers }: IncomingMessage, body: string, now: number): ReceivedSms | undefined {
  const timestamp = String(headers['x-gatehouse-timestamp']);
  if (!(Math.abs(now / 1000 - Number(timestamp)) <= 300)) return undefined;
  const signed = `v1=${createHmac('sha256', WEBHOOK_SECRET).update(`${timestamp}.${body}`).digest('hex')}`;
  const [given, expected] = [Buffer.from(String(headers['x-gatehouse-signature'])), Buffer.from(signed)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { id, to, text: words } = JSON.parse(body) as { id: string; to: string; text: string };
  return headers['idempotency-key'] === id ? { id, to, text: words } : undefined;
}
