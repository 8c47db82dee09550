import { NOBODY_THERE } from '../../test/support/front-door.ts';
import type { Recorder } from '../history/recorder.ts';

/** Nobody can say whether what was asked for has happened: time-out, cut connection, or the server said "later". */
export class Doubtful extends Error {}

export interface Sender {
  send: typeof fetch;
  /** Tells the history how many requests there were and how long the longest took. */
  total(): void;
}

const STACK = /\n\s+at .+:\d+:\d+|node:internal|\/src\/[\w/-]+\.ts/;

/** Every request of the workload: with a time-out, its refusals looked at and recorded. */
export function createSender(recorder: Recorder, timeOutMs: number): Sender {
  let count = 0;
  let longestMs = 0;

  async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const began = performance.now();
    count++;
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.timeout(timeOutMs) });
      const body = await response.arrayBuffer();
      if (response.headers.has(NOBODY_THERE)) throw new Doubtful('cut');
      if (response.status === 429 || response.status >= 500 || response.status === 408) {
        const tookMs = Math.round(performance.now() - began);
        const { pathname: path } = new URL(input instanceof Request ? input.url : input);
        const problem = problemOf(response, Buffer.from(body).toString(), init);
        recorder.note({ type: 'answer', status: response.status, path: shown(path), tookMs, ...problem });
        throw new Doubtful(String(response.status));
      }
      return withBody(response, body);
    } catch (error) {
      if (error instanceof Doubtful) throw error;
      throw new Doubtful((error as Error).name === 'TimeoutError' ? 'time-out' : 'cut');
    } finally {
      longestMs = Math.max(longestMs, performance.now() - began);
    }
  }

  return {
    send: send as typeof fetch,
    total: () => recorder.note({ type: 'requests', count, longestMs: Math.round(longestMs) }),
  };
}

function withBody(response: Response, body: ArrayBuffer): Response {
  const { status } = response;
  const headers = withLives(response.headers);
  const hasNone = status === 204 || status === 304;
  return new Response(hasNone ? null : body, { status, headers });
}

/** As browsers do it: `max-age` wins over `expires`, which people's clocks would judge (RFC 6265 5.3). */
function withLives(received: Headers): Headers {
  const headers = new Headers(received);
  headers.delete('set-cookie');
  for (const line of received.getSetCookie())
    headers.append('set-cookie', /; ?max-age=/i.test(line) ? line.replace(/; ?expires=[^;]+/i, '') : line);
  return headers;
}

/** What is unclear about a refusal; nothing when all is well. */
function problemOf(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  body: string,
  init?: RequestInit,
): { problem?: string } {
  const type = headers.get('content-type') ?? 'no content type';
  if (STACK.test(body)) return { problem: 'a stack is shown' };
  if (status !== 503) return { problem: `status ${status}: ${body.slice(0, 300)}` };
  if (!headers.has('retry-after')) return { problem: 'no Retry-After' };
  const wantsPage = String(new Headers(init?.headers).get('accept') ?? '').includes('text/html');
  if (wantsPage) return type.startsWith('text/html') ? {} : { problem: `a person got ${type}` };
  if (type.startsWith('application/problem+json')) return {};
  const isProtocolError = type.startsWith('application/json') && 'error' in JSON.parse(body);
  return isProtocolError ? {} : { problem: `a program got ${type}` };
}

/** Identifiers in paths are secrets. */
const shown = (path: string) => path.replace(/\/[\w-]{20,}/g, '/:id');
