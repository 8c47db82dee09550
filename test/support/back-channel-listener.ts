import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BackChannelListener {
  /** Where log-out tokens are posted to. */
  uri: string;
  /** Log-out tokens so far, oldest first. */
  tokens: string[];
  /** From now on every notice is answered with this status. */
  answerWith(status: number): void;
  stop(): Promise<void>;
}

/** A relying party's back-channel log-out endpoint. */
export async function startBackChannelListener(): Promise<BackChannelListener> {
  const tokens: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const token = new URLSearchParams(body).get('logout_token');
      if (status === 200 && token) tokens.push(token);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log-out`,
    tokens,
    answerWith(answer) {
      status = answer;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
