import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '#kernel';
import type { OutgoingMessage, Transport } from './transport.ts';

/**
 * One JSON object a line, appended at once per message: `{at, channel, to, subject, text, html}`. For development only.
 * A message that may be there already (a crash after the line, before the job was finished) is looked for first. One after
 * the other: what a full disk cut off is taken back, which must not meet the next line.
 */
export function createOutboxFileTransport({ path, clock }: { path: string; clock: Clock }): Transport {
  let previous: Promise<void> = Promise.resolve();
  return (message) => {
    const sent = previous.then(() => write(message));
    previous = sent.catch(() => {});
    return sent;
  };

  async function write(message: OutgoingMessage): Promise<void> {
    if (message.again && (await isWritten(path, message))) return;
    const { channel, to, subject, text, html } = message;
    const at = new Date(clock.now()).toISOString();
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await appendWhole(path, `${JSON.stringify({ at, channel, to, subject, text, html })}\n`);
  }
}

async function appendWhole(path: string, line: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    const { size } = await file.stat();
    await file.appendFile(line).catch(async (error: unknown) => {
      await file.truncate(size);
      throw error;
    });
  } finally {
    await file.close();
  }
}

async function isWritten(path: string, { channel, to, subject, text }: OutgoingMessage): Promise<boolean> {
  const written = await readFile(path, 'utf8').catch(() => '');
  // Everything of a line but its time, as it was written.
  const rest = JSON.stringify({ channel, to, subject, text }).slice(1, -1);
  return written.includes(rest);
}
