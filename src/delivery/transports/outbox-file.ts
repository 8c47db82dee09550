import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '#kernel';
import type { OutgoingMessage, Transport } from './transport.ts';

/**
 * One JSON object a line, appended at once per message: `{at, channel, to, subject, text, html}`. For development only.
 * A message that may be there already (a crash after the line, before the job was finished) is looked for first.
 */
export function createOutboxFileTransport({ path, clock }: { path: string; clock: Clock }): Transport {
  return async (message) => {
    if (message.again && (await isWritten(path, message))) return;
    const { channel, to, subject, text, html } = message;
    const at = new Date(clock.now()).toISOString();
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await appendFile(path, `${JSON.stringify({ at, channel, to, subject, text, html })}\n`, { mode: 0o600 });
  };
}

async function isWritten(path: string, { channel, to, subject, text }: OutgoingMessage): Promise<boolean> {
  const written = await readFile(path, 'utf8').catch(() => '');
  // Everything of a line but its time, as it was written.
  const rest = JSON.stringify({ channel, to, subject, text }).slice(1, -1);
  return written.includes(rest);
}
