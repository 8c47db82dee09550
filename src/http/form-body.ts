import type { IncomingMessage } from 'node:http';
import { AppError } from '#kernel';
import { InvalidInputError } from './problem.ts';

const MAX_BYTES = 64 * 1024;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i;

/**
 * The fields of a posted form.
 * @throws AppError 'unsupported-media-type' (415), 'payload-too-large' (413), 'unprocessable' (422) when malformed or a field comes twice
 */
export async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  return parseForm(await readFormText(request));
}

/** The form as it came, for whoever reads its fields otherwise. */
export async function readFormText(request: IncomingMessage): Promise<string> {
  if (!FORM_TYPE.test(request.headers['content-type'] ?? ''))
    throw new AppError('unsupported-media-type', 415);
  return readText(request);
}

async function readText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES)
    throw new AppError('payload-too-large', 413);
  const chunks: Buffer[] = [];
  let size = 0;
  // A destroyed request would take the connection with it, and the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > MAX_BYTES) throw new AppError('payload-too-large', 413);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('latin1');
}

/** `text` as it came over the wire: percent-encoded, each byte one character. */
export function parseForm(text: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const pair of text.split('&').filter((part) => part !== '')) {
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    if (fields.has(name)) throw new InvalidInputError([{ field: name, problem: 'duplicate' }]);
    fields.set(name, decode(at < 0 ? '' : pair.slice(at + 1)));
  }
  return Object.fromEntries(fields);
}

/** Strict where URLSearchParams is lenient: broken escapes, broken UTF-8 and NUL are refused, not repaired. */
function decode(part: string): string {
  try {
    const bytes = Buffer.from(part.replaceAll('+', ' '), 'latin1').toString('utf8');
    const value = decodeURIComponent(bytes);
    if (!value.includes('\0') && !value.includes('\uFFFD')) return value;
  } catch {
    // falls through: malformed
  }
  throw new InvalidInputError([]);
}
