import type { Locale } from '#i18n';
import type { Log } from '#kernel';
import type { MessageData, MessageKind, Renderer, SmsData, SmsKind } from '#rendering';
import type { Emission } from '#storage';
import type { JobState, NewJob, Queue } from './queue.ts';
import type { OutgoingMessage, Transport } from './transports/transport.ts';

const MESSAGE_TOPIC = 'message';
const SMS_TOPIC = 'sms';

export interface Mail<K extends MessageKind = MessageKind> {
  /** Idempotency key; a random one otherwise. */
  id?: string;
  kind: K;
  /** As the person wrote the address. */
  to: string;
  locale: Locale;
  data: MessageData[K];
  /** Epoch milliseconds from which it is of no use any more and not sent. */
  deadline?: number;
}

export interface Sms<K extends SmsKind = SmsKind> {
  /** Idempotency key; tells the message's fate afterwards. */
  id: string;
  kind: K;
  /** E.164. */
  to: string;
  locale: Locale;
  data: SmsData[K];
  /** Epoch milliseconds from which it is of no use any more and not sent. */
  deadline: number;
}

/** `delayed`: a try failed, more follow. `failed`: given up. `unknown`: never queued, or forgotten by now. */
export type DeliveryState = 'waiting' | 'delayed' | 'sent' | 'failed' | 'unknown';

export interface Messages {
  /** Queues the message. Never rejects: a request does not fail because its mail could not be queued, which is logged. */
  send<K extends MessageKind>(mail: Mail<K>): Promise<void>;
  /** Queues a mail that somebody waits for. @throws when it could not be queued */
  sendAwaited<K extends MessageKind>(mail: Mail<K>): Promise<void>;
  /** The same message, to be written together with the change that it tells of. */
  emission<K extends MessageKind>(mail: Mail<K>): Emission;
  /** Queues a text message. @throws when it could not be queued */
  sendSms<K extends SmsKind>(sms: Sms<K>): Promise<void>;
  /** What became of the message with this idempotency key. */
  stateOf(id: string): Promise<DeliveryState>;
}

export interface Transports {
  email: Transport;
  sms: Transport;
}

interface MessagesParts {
  queue: Pick<Queue, 'enqueue' | 'emission' | 'handle' | 'stateOf'>;
  renderer: Pick<Renderer, 'message' | 'sms'>;
  transports: Transports;
  log: Log;
}

const STATES: Record<JobState, DeliveryState> = {
  due: 'waiting',
  retried: 'delayed',
  done: 'sent',
  dead: 'failed',
  unknown: 'unknown',
};

/** Mails and text messages in the person's language, rendered when they are sent, from the durable queue. */
export function createMessages({ queue, renderer, transports, log }: MessagesParts): Messages {
  async function hand(outgoing: OutgoingMessage, kind: string): Promise<void> {
    await transports[outgoing.channel](outgoing);
    log.info({ kind, job: outgoing.id }, 'message sent');
  }
  queue.handle(MESSAGE_TOPIC, async (payload, job) => {
    const { kind, to, locale, data } = payload as unknown as Mail;
    const rendered = renderer.message(kind, data as never, locale);
    await hand({ ...job, channel: 'email', to, ...rendered }, kind);
  });
  queue.handle(SMS_TOPIC, async (payload, job) => {
    const { kind, to, locale, data } = payload as unknown as Sms;
    const text = renderer.sms(kind, data as never, locale);
    await hand({ ...job, channel: 'sms', to, subject: '', text, html: '' }, kind);
  });
  return {
    async send(mail) {
      try {
        await queue.enqueue(jobOf(MESSAGE_TOPIC, mail as Mail));
      } catch (error) {
        log.error({ err: error, kind: mail.kind }, 'a message could not be queued');
      }
    },
    sendAwaited: (mail) => queue.enqueue(jobOf(MESSAGE_TOPIC, mail as Mail)),
    emission: (mail) => queue.emission(jobOf(MESSAGE_TOPIC, mail as Mail)),
    sendSms: (sms) => queue.enqueue(jobOf(SMS_TOPIC, sms as Sms)),
    stateOf: async (id) => STATES[await queue.stateOf(`message:${id}`)],
  };
}

function jobOf(topic: string, { id, deadline, ...payload }: Mail | Sms): NewJob {
  return {
    ...(id && { id: `message:${id}` }),
    ...(deadline !== undefined && { deadline }),
    topic,
    payload: payload as unknown as Record<string, unknown>,
  };
}
