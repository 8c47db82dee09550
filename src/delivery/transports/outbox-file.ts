import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, systemClock } from '#kernel';
import type { Transport } from './transport.ts';

/** One JSON object a line, appended at once per message (design.md section 3). For development only. */
export function createOutboxFileTransport({
  path,
  clock = systemClock,
}: {
  path: string;
  clock?: Clock;
}): Transport {
  return async ({ channel, to, subject, text, html }) => {
    const at = new Date(clock.now()).toISOString();
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, `${JSON.stringify({ at, channel, to, subject, text, html })}\n`, { mode: 0o600 });
  };
}
