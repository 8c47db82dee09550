import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '#kernel';
import type { Metrics } from './metrics.ts';

interface Options {
  metrics: Pick<Metrics, 'contentType' | 'text'>;
  host: string;
  /** 0: any free port. */
  port: number;
  log: Log;
}

export interface MetricsServer {
  port: number;
  close(): Promise<void>;
}

/** `GET /metrics` on a port of its own, so that the public one never shows it. */
export async function serveMetrics({ metrics, host, port, log }: Options): Promise<MetricsServer> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end();
    try {
      const text = await metrics.text();
      response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text);
    } catch (error) {
      log.warn({ err: error }, 'metrics could not be read');
      response.writeHead(503).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
