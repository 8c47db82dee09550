import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Reads the outbox file (design.md section 3) and shows what people would have received; the newest first. */
export interface MessageViewerOptions {
  host: string;
  port: number;
  outbox: string;
  /** Live codes of the demo's authenticator apps, in place of a phone. */
  codes(): Promise<{ account: string; code: string }[]>;
}

interface SentMessage {
  at: string;
  channel: string;
  to: string;
  subject?: string;
  text: string;
}

export async function startMessageViewer(
  options: MessageViewerOptions,
): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) => {
    options
      .codes()
      .then((codes) => {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', refresh: '10' });
        response.end(page(readOutbox(options.outbox), codes));
      })
      .catch((error: Error) => {
        response.writeHead(500, { 'content-type': 'text/plain' });
        response.end(error.message);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    url: `http://${options.host}:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

function readOutbox(path: string): SentMessage[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as SentMessage).reverse();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A link stands alone on its line. */
const linked = (text: string) => escaped(text).replace(/^(https?:\/\/\S+)$/gm, '<a href="$1">$1</a>');

function page(messages: readonly SentMessage[], codes: readonly { account: string; code: string }[]): string {
  const apps = codes.map(
    ({ account, code }) => `<tr><td>${escaped(account)}</td><td><code>${code}</code></td></tr>`,
  );
  const sent = messages.map(
    ({ at, channel, to, subject, text }) =>
      `<article><h3>${escaped(subject ?? channel)}</h3><p>${escaped(at)} · ${escaped(channel)} to ${escaped(to)}</p><pre>${linked(text)}</pre></article>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sent messages</title><style>body{font:16px/1.5 system-ui;max-width:50rem;margin:3rem auto;padding:0 1rem}
article{border:1px solid #ddd;border-radius:.5rem;padding:0 1rem;margin:1rem 0}pre{white-space:pre-wrap}code{font-size:1.4em}</style></head>
<body><h1>Authenticator apps</h1><table>${apps.join('')}</table><h1>Sent messages</h1>${sent.join('') || '<p>Nothing was sent yet.</p>'}</body></html>`;
}
