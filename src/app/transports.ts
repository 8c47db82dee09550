import { join } from 'node:path';
import type { Config } from '#config';
import { createOutboxFileTransport, createSmtpTransport, type Transports } from '#delivery';

/** Real delivery where it is configured; the outbox file otherwise, which production refuses at start. */
export function createTransports({ mail, storage }: Config): Transports {
  const dataDir = storage.dataDir === ':memory:' ? '.' : storage.dataDir;
  const file = createOutboxFileTransport({ path: join(dataDir, 'outbox.jsonl') });
  const email = mail.smtpUrl ? createSmtpTransport({ url: mail.smtpUrl, from: mail.from }) : file;
  return { email, sms: file };
}
