import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import { SECOND } from '#kernel';
import type { HttpState } from './http-context.ts';
import { answerUnreadableRequests } from './unreadable-requests.ts';

interface Options {
  app: Koa<HttpState>;
  host: string;
  /** 0: any free port. */
  port: number;
  requestTimeoutSeconds: number;
  /** The static page for requests that cannot even be read. */
  fallback(status: number): string;
}

export interface Listening {
  server: Server;
  port: number;
  /** From now on every answer ends its connection: what a proxy keeps open winds down. */
  endConnections(): void;
  /** Takes no more connections, lets running requests end within `graceMs`, then cuts them off. */
  close(graceMs?: number): Promise<void>;
}

/** @throws Error with code EADDRINUSE and the like when the address cannot be had */
export async function listen({
  app,
  host,
  port,
  requestTimeoutSeconds,
  fallback,
}: Options): Promise<Listening> {
  const server = createServer({
    // A little longer than our own limit, which answers with a page (O3).
    requestTimeout: (requestTimeoutSeconds + 5) * SECOND,
    headersTimeout: Math.min(requestTimeoutSeconds, 20) * SECOND,
    keepAliveTimeout: 65 * SECOND,
  });
  const answers = new Set<ServerResponse>();
  let ending = false;
  server.on('request', (_request, response) => {
    answers.add(response);
    response.once('close', () => answers.delete(response));
    if (ending) response.shouldKeepAlive = false;
  });
  server.on('request', app.callback());
  answerUnreadableRequests(server, fallback);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    endConnections() {
      ending = true;
      for (const answer of answers) answer.shouldKeepAlive = false;
    },
    close: (graceMs = 10 * SECOND) => closeServer(server, graceMs),
  };
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
