import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { generate } from 'otplib';
import { type AppCode, type SentMessage, viewerPage } from './pages.ts';

/** Stands in for people's mailboxes and phones: reads the outbox file, and shows codes of authenticator apps. */
export interface MessageViewerOptions {
  host: string;
  port: number;
  /** The file `outbox.jsonl` (docs/bootstrap.md tells of its lines). */
  outbox: string;
  /** Apps that the demo's people have already. */
  apps: readonly AuthenticatorApp[];
}

export interface AuthenticatorApp {
  account: string;
  /** base32 */
  key: string;
}

export async function startMessageViewer(
  options: MessageViewerOptions,
): Promise<{ url: string; close(): void }> {
  const apps = [...options.apps];
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: Error) => response.writeHead(500, { 'content-type': 'text/plain' }).end(error.message),
    );
  });

  async function answer(request: IncomingMessage) {
    if (request.method === 'POST') {
      const problem = await add(new URLSearchParams(await text(request)));
      return problem ? page(422, problem) : { status: 303, headers: { location: '/' }, body: '' };
    }
    return request.url === '/' ? page(200) : { status: 404, headers: {}, body: 'Not Found' };
  }

  async function add(form: URLSearchParams): Promise<string | undefined> {
    const key = (form.get('key') ?? '').replace(/[\s-]/g, '').toUpperCase();
    const account = form.get('account')?.trim() || 'Another app';
    const code = await generate({ secret: key }).catch(() => undefined);
    if (!code) return 'This is not a key of an authenticator app.';
    apps.push({ account, key });
    return undefined;
  }

  async function page(status: number, problem?: string) {
    const codes: AppCode[] = await Promise.all(
      apps.map(async ({ account, key }) => ({ account, code: await generate({ secret: key }) })),
    );
    const body = viewerPage({ messages: readOutbox(options.outbox), codes, problem });
    return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    url: `http://${options.host}:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The newest first. */
function readOutbox(path: string): SentMessage[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as SentMessage).reverse();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
