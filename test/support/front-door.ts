import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Header of the answers that the front door gives itself: no node took the request to its end. */
export const NOBODY_THERE = 'x-nobody-there';

/** A reverse proxy whose address is the issuer, so that nodes behind it come and go. */
export interface FrontDoor {
  issuer: string;
  /** From now on every request goes to this port. */
  leadTo(port: number): void;
  /** From now on each request goes to the next of these ports. */
  takeTurns(ports: readonly number[]): void;
  close(): Promise<void>;
}

export async function openFrontDoor(): Promise<FrontDoor> {
  let targets: readonly number[] = [];
  let requests = 0;
  const server = createServer({ keepAliveTimeout: 65_000 }, (incoming, outgoing) =>
    pass(incoming, outgoing, targets[requests++ % targets.length]),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    issuer: `http://localhost:${(server.address() as AddressInfo).port}`,
    leadTo(port) {
      targets = [port];
    },
    takeTurns(ports) {
      targets = ports;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, port: number | undefined): void {
  const { method, url, headers } = incoming;
  // No connection is kept: the node may be killed between two requests.
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false });
  onward.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  onward.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502, { [NOBODY_THERE]: 'yes' }).end();
  });
  incoming.pipe(onward);
}
