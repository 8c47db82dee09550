import {
  createMessages,
  createQueue,
  createSmsWebhookTransport,
  createTwilioTransport,
  type OutboundFetch,
  type Transport,
} from '#delivery';
import { createGuardedFetch, type GuardedFetch } from '#federation';
import { MINUTE, systemRandomness } from '#kernel';
import { createLogger } from '#ops';
import type { Storage } from '#storage';
import { renderer } from '../support/renderer.ts';
import { type SmsGateway, startSmsGateway, TWILIO, WEBHOOK_SECRET } from '../support/sms-gateway.ts';
import { memoryStorage } from '../support/web-server.ts';

const START = Date.UTC(2026, 10, 22, 9, 30);
const NUMBER = '+15551234567';
const CODE = '918273';

let now: number;
const clock = { now: () => now };
let storage: Storage;
let gateway: SmsGateway;
let outbound: GuardedFetch;
let lines: string[];
const fetch: OutboundFetch = (url, request) => outbound.fetch(url, request);

beforeEach(async () => {
  now = START;
  lines = [];
  storage = memoryStorage(clock);
  gateway = await startSmsGateway(() => now);
  outbound = createGuardedFetch({ production: false, outboundAllow: [], timeoutMs: 2_000 });
});
afterEach(async () => {
  await gateway.close();
  await outbound.close();
  await storage.close();
});

const twilio = (change: Partial<typeof TWILIO> = {}) =>
  createTwilioTransport({ ...TWILIO, ...change, baseUrl: gateway.url }, fetch);
const webhook = (secret = WEBHOOK_SECRET) =>
  createSmsWebhookTransport({ url: `${gateway.url}/webhook`, secret }, { fetch, clock });
const unreachable: Transport = async () => {
  throw new Error('mail is not meant');
};

async function open(sms: Transport) {
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ level: 'debug', destination });
  const queue = createQueue({ storage, clock, randomness: systemRandomness, log });
  const messages = createMessages({ queue, renderer, transports: { email: unreachable, sms }, log });
  await storage.open();
  const send = (id: string, to = NUMBER) =>
    messages.sendSms({
      id,
      kind: 'verification-code',
      to,
      locale: 'en',
      data: { code: CODE, minutes: 10, host: 'id.example.com' },
      deadline: now + 10 * MINUTE,
    });
  /** What is due now and in the next minutes, a few seconds apart. */
  async function runFor(minutes: number): Promise<void> {
    for (const end = now + minutes * MINUTE; now <= end; now += 5_000) await queue.runDue();
  }
  return { queue, messages, send, runFor };
}

describe.each(['twilio', 'webhook'] as const)('text messages by %s', (provider) => {
  const transport = () => (provider === 'twilio' ? twilio() : webhook());

  it('G12 arrive once, with the code, the warning, and the line that binds the code to our host', async () => {
    const { queue, messages, send } = await open(transport());
    await send('one');
    await send('one');
    expect(await messages.stateOf('one')).toBe('waiting');
    await queue.runDue();
    expect(gateway.received.map(({ to }) => to)).toEqual([NUMBER]);
    expect(gateway.received[0]?.text).toMatch(/Never share it.*\n\n@id\.example\.com #918273$/s);
    expect(await messages.stateOf('one')).toBe('sent');
  });

  it('are tried again after a failure and after silence, until the code has expired', async () => {
    const { messages, send, runFor } = await open(transport());
    gateway.answerNext({ status: 503 }, 'stall', { status: 429 });
    await send('late');
    await runFor(0);
    expect(await messages.stateOf('late')).toBe('delayed');
    await runFor(5);
    expect(await messages.stateOf('late')).toBe('sent');
    expect(gateway.received).toHaveLength(1);

    gateway.answerNext(...Array.from({ length: 20 }, () => ({ status: 500 })));
    await send('never');
    await runFor(30);
    expect(await messages.stateOf('never')).toBe('failed');
    expect(gateway.received).toHaveLength(1);
  });

  it('are not tried again when the number is refused, and the operator learns why', async () => {
    const { queue, messages, send, runFor } = await open(transport());
    gateway.answerNext({ status: 400, code: 21211 });
    await send('wrong');
    await runFor(5);
    expect(await messages.stateOf('wrong')).toBe('failed');
    expect(gateway.received).toEqual([]);
    const [job] = await queue.dead();
    expect(job).toMatchObject({ attempts: 1, payload: {} });
    const code = provider === 'twilio' ? '400 21211' : '400';
    expect(job?.lastError).toBe(`PermanentRefusal sms ${provider} ${new URL(gateway.url).host} ${code}`);
    expect(lines.join('')).toContain('a job was given up');
  });

  it('X39 that meet no gateway tell which one was asked', async () => {
    const { send, runFor } = await open(transport());
    const { host } = new URL(gateway.url);
    await gateway.close();
    await send('away');
    await runFor(0);
    expect(lines.join('')).toContain(`"reason":"DeliveryFailure sms ${provider} ${host} network"`);
    expect(lines.join('')).not.toMatch(/canary|5551234567/);
    gateway = await startSmsGateway(() => now);
  });

  it('X31 X39 leave neither number nor code nor secret in the log or in the dead letters', async () => {
    const { queue, send, runFor } = await open(transport());
    gateway.answerNext({ status: 500 }, { status: 400, code: 21211 });
    await send('quiet');
    await send('quiet-too');
    await runFor(5);
    expect(await queue.dead()).not.toHaveLength(0);
    const seen = lines.join('') + JSON.stringify(await queue.dead());
    expect(seen).not.toMatch(/918273|5551234567|twilio-canary|webhook-canary/);
  });
});

describe('who asks the gateway', () => {
  it('X47 is known by password or signature; a wrong one is refused at once', async () => {
    for (const wrong of [twilio({ authToken: 'other' }), webhook('another-secret-of-32-bytes-or-more!!')])
      await expect(
        wrong({ id: 'x', again: false, channel: 'sms', to: NUMBER, subject: '', text: 'x', html: '' }),
      ).rejects.toMatchObject({ name: 'PermanentRefusal' });
    expect([gateway.refused, gateway.received]).toEqual([2, []]);
  });

  it('sends one message only when it died after sending, where the gateway takes keys', async () => {
    let dies = 1;
    const { send, runFor } = await open(async (message) => {
      await webhook()(message);
      if (dies-- > 0) throw new Error('killed');
    });
    await send('once');
    await runFor(5);
    expect(gateway.received).toHaveLength(1);
  });
});
