import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SMTPServer } from 'smtp-server';
import {
  createMessages,
  createOutboxFileTransport,
  createQueue,
  createSmtpTransport,
  type Transport,
} from '#delivery';
import { MINUTE, systemRandomness } from '#kernel';
import { createLogger } from '#ops';
import type { Storage } from '#storage';
import { renderer } from '../support/renderer.ts';
import { memoryStorage } from '../support/web-server.ts';

const START = Date.UTC(2026, 10, 22, 9, 30);
const LINK = 'https://id.example.com/reset-password?token=canary-token';
const SENDER = fileURLToPath(new URL('../support/outbox-sender.ts', import.meta.url));
const mail = {
  kind: 'password-reset',
  to: 'ada@other.example',
  locale: 'en',
  data: { name: 'Ada', link: LINK, minutes: 60 },
} as const;

let now: number;
let storage: Storage;
let folder: string;
let lines: string[];
const logged = () => lines.join('');
const clock = { now: () => now };

beforeEach(() => {
  now = START;
  lines = [];
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-delivery-'));
  storage = memoryStorage(clock);
});
afterEach(async () => {
  await storage.close();
  rmSync(folder, { recursive: true });
});

async function openMessages(email: Transport) {
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ level: 'debug', destination });
  const queue = createQueue({ storage, clock, randomness: systemRandomness, log });
  const messages = createMessages({
    queue,
    renderer,
    transports: { email, sms: email },
    log,
  });
  await storage.open();
  return { queue, messages };
}

/** Sends and then dies before it can say so: what a crash between the two looks like to the queue. */
function dyingAfter(transport: Transport, times: number): Transport {
  let left = times;
  return async (message) => {
    await transport(message);
    if (left-- > 0) throw new Error('killed');
  };
}

describe('the outbox file', () => {
  const path = () => join(folder, 'data', 'outbox.jsonl');
  const written = () =>
    readFileSync(path(), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('gets one line a message with exactly the promised fields, readable by the owner alone', async () => {
    const { queue, messages } = await openMessages(createOutboxFileTransport({ path: path(), clock }));
    await messages.send(mail);
    await queue.runDue();
    const [line] = written();
    expect(Object.keys(line)).toEqual(['at', 'channel', 'to', 'subject', 'text', 'html']);
    expect(line).toMatchObject({ at: '2026-11-22T09:30:00.000Z', channel: 'email', to: 'ada@other.example' });
    expect(line.text.split('\n')).toContain(LINK);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('gets one line also when the sender dies between the line and its note', async () => {
    const outbox = createOutboxFileTransport({ path: path(), clock });
    const { queue, messages } = await openMessages(dyingAfter(outbox, 2));
    await messages.send(mail);
    await messages.send({ ...mail, to: 'bob@other.example' });
    for (let i = 0; i < 4; i++) {
      await queue.runDue();
      now += 5 * MINUTE;
    }
    expect(
      written()
        .map(({ to }) => to)
        .sort(),
    ).toEqual(['ada@other.example', 'bob@other.example']);
    expect((await queue.depth()).due).toBe(0);
  });

  it('keeps whole lines alone when the disk is full in the middle of one', () => {
    // A process whose files may not grow beyond 2 KiB.
    const sent = spawnSync('bash', ['-c', 'ulimit -f 2; exec "$0" "$@"', process.execPath, SENDER, path()]);
    expect([sent.status, String(sent.stdout), String(sent.stderr)]).toEqual([0, 'sent,EFBIG,sent', '']);
    expect(written().map(({ subject }) => subject)).toEqual(['first', 'third']);
  });

  it('is written in the person’s language', async () => {
    const { queue, messages } = await openMessages(createOutboxFileTransport({ path: path(), clock }));
    await messages.send({ ...mail, locale: 'fr' });
    await queue.runDue();
    expect(written()[0].html).toContain('lang="fr"');
  });
});

describe('SMTP', () => {
  let server: SMTPServer;
  let received: { from: string; to: string[]; text: string }[];
  let refuse: number;
  let greeting: number | undefined;
  let url: string;

  beforeEach(async () => {
    received = [];
    refuse = 0;
    greeting = undefined;
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onConnect(_session, done) {
        done(greeting ? Object.assign(new Error('canary'), { responseCode: greeting }) : undefined);
      },
      onRcptTo({ address }, _session, done) {
        const gone = address.startsWith('nobody@');
        done(gone ? Object.assign(new Error('no such person'), { responseCode: 550 }) : undefined);
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (refuse-- > 0) return done(new Error('try again later'));
          const { mailFrom, rcptTo } = session.envelope;
          received.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString(),
          });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

  /** The server as failures name it. */
  const named = () => `mail smtp ${new URL(url).host}`;
  const headerOf = (text: string, name: string) =>
    new RegExp(`^${name}: (.*)$`, 'mi').exec(text)?.[1]?.trim();

  it('hands over text and HTML from the configured sender', async () => {
    const transport = createSmtpTransport({ url, from: 'no-reply@id.example.com' });
    const { queue, messages } = await openMessages(transport);
    await messages.send(mail);
    await queue.runDue();
    expect(received).toHaveLength(1);
    const [{ from, to, text } = { from: '', to: [], text: '' }] = received;
    expect([from, to]).toEqual(['no-reply@id.example.com', ['ada@other.example']]);
    expect(text).toMatch(/multipart\/alternative/);
    expect(headerOf(text, 'Subject')).not.toBe('');
    expect(headerOf(text, 'Auto-Submitted')).toBe('auto-generated');
  });

  it('tries again what the server put off, and a mail sent twice has one Message-ID', async () => {
    const transport = createSmtpTransport({ url, from: 'no-reply@id.example.com' });
    const { queue, messages } = await openMessages(dyingAfter(transport, 1));
    refuse = 1;
    await messages.send({ ...mail, id: 'reset/1 <x>' });
    for (let i = 0; i < 4; i++) {
      await queue.runDue();
      now += 5 * MINUTE;
    }
    expect(received).toHaveLength(2);
    const ids = received.map(({ text }) => headerOf(text, 'Message-ID'));
    expect(new Set(ids)).toEqual(new Set(['<message_reset_1__x_@id.example.com>']));
  });

  it('does not try again what the server refuses for good', async () => {
    const transport = createSmtpTransport({ url, from: 'no-reply@id.example.com' });
    const { queue, messages } = await openMessages(transport);
    await messages.send({ ...mail, id: 'gone', to: 'nobody@other.example' });
    await queue.runDue();
    expect(received).toEqual([]);
    expect(await queue.dead()).toMatchObject([{ attempts: 1, lastError: `PermanentRefusal ${named()} 550` }]);
    expect(await messages.stateOf('gone')).toBe('failed');
  });

  it('X39 names the server that is away or puts off, with its codes and without the password', async () => {
    url = url.replace('//', '//user:canary-password@');
    const { queue, messages } = await openMessages(
      createSmtpTransport({ url, from: 'no-reply@id.example.com' }),
    );
    await messages.send(mail);
    greeting = 421;
    await queue.runDue();
    expect(logged()).toContain(`"reason":"DeliveryFailure ${named()} 421 `);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    now += MINUTE;
    await queue.runDue();
    expect(logged()).toContain(`"reason":"DeliveryFailure ${named()} ESOCKET ECONNREFUSED"`);
    expect(logged()).not.toMatch(/canary|ada@/);
  });

  it('lets no address add a recipient or a header', async () => {
    const transport = createSmtpTransport({ url, from: 'no-reply@id.example.com' });
    const message = { id: 'm', again: false, channel: 'email', subject: 'Hi', text: 'x', html: 'x' } as const;
    const wrong = ['a@x.example, b@x.example', 'a@x.example\r\nBcc: b@x.example', 'Ada <a@x.example>'];
    for (const to of wrong) await expect(transport({ ...message, to })).rejects.toThrow('bare address');
    await transport({ ...message, to: 'a@x.example', subject: 'Hi\r\nBcc: b@x.example' });
    expect(received.map(({ to }) => to)).toEqual([['a@x.example']]);
    expect(headerOf(received[0]?.text ?? '', 'Bcc')).toBeUndefined();
  });

  it('X39 logs kind and job of a message, not its address, link or text', async () => {
    const transport = createSmtpTransport({ url, from: 'no-reply@id.example.com' });
    const { queue, messages } = await openMessages(transport);
    await messages.send(mail);
    await queue.runDue();
    expect(logged()).toContain('password-reset');
    expect(logged()).not.toMatch(/ada@|canary-token|Ada/);
  });
});

describe('a message that cannot be queued', () => {
  it('does not fail the request, and is logged', async () => {
    const { messages } = await openMessages(async () => {});
    await storage.close();
    await messages.send(mail);
    expect(logged()).toContain('could not be queued');
    expect(logged()).not.toMatch(/canary-token|ada@/);
    storage = memoryStorage(clock);
  });
});
