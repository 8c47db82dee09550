import { join } from 'node:path';
import type { Config } from '#config';
import { createOutboxFileTransport, createSmtpTransport, type Transport } from '#delivery';
import type { Clock } from '#kernel';

/** Real delivery where it is configured; the outbox file otherwise, which production refuses at start. */
export function createTransport({ mail, storage }: Config, clock: Clock): Transport {
  if (mail.smtpUrl) return createSmtpTransport({ url: mail.smtpUrl, from: mail.from });
  // An installation that lives in memory leaves nothing on the disk.
  if (storage.dataDir === ':memory:') return async () => {};
  return createOutboxFileTransport({ path: join(storage.dataDir, 'outbox.jsonl'), clock });
}
