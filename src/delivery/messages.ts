import type { Locale } from '#i18n';
import type { Log } from '#kernel';
import type { MessageData, MessageKind, Renderer } from '#rendering';
import type { Emission } from '#storage';
import type { NewJob, Queue } from './queue.ts';
import type { Transport } from './transports/transport.ts';

const MESSAGE_TOPIC = 'message';

export interface Mail<K extends MessageKind = MessageKind> {
  /** Idempotency key; a random one otherwise. */
  id?: string;
  kind: K;
  /** As the person wrote the address. */
  to: string;
  locale: Locale;
  data: MessageData[K];
}

export interface Messages {
  /** Queues the message. Never rejects: a request does not fail because its mail could not be queued, which is logged. */
  send<K extends MessageKind>(mail: Mail<K>): Promise<void>;
  /** The same message, to be written together with the change that it tells of. */
  emission<K extends MessageKind>(mail: Mail<K>): Emission;
}

interface MessagesParts {
  queue: Pick<Queue, 'enqueue' | 'emission' | 'handle'>;
  renderer: Pick<Renderer, 'message'>;
  transport: Transport;
  log: Log;
}

/** Mails in the person's language, rendered when they are sent, from the durable queue. */
export function createMessages({ queue, renderer, transport, log }: MessagesParts): Messages {
  queue.handle(MESSAGE_TOPIC, async (payload, { id, again }) => {
    const { kind, to, locale, data } = payload as unknown as Mail;
    const rendered = renderer.message(kind, data as never, locale);
    await transport({ id, again, channel: 'email', to, ...rendered });
    log.info({ kind, job: id }, 'message sent');
  });
  const jobOf = ({ id, ...payload }: Mail): NewJob => ({
    ...(id && { id: `message:${id}` }),
    topic: MESSAGE_TOPIC,
    payload: payload as unknown as Record<string, unknown>,
  });
  return {
    async send(mail) {
      try {
        await queue.enqueue(jobOf(mail as Mail));
      } catch (error) {
        log.error({ err: error, kind: mail.kind }, 'a message could not be queued');
      }
    },
    emission: (mail) => queue.emission(jobOf(mail as Mail)),
  };
}
