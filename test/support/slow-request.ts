import { type IncomingMessage, request } from 'node:http';

/** A request to a port of this machine whose server waits for the rest of its body. */
export interface SlowRequest {
  /** Sends the rest; resolves with the answer's status and whether it ends the connection. */
  finish(): Promise<{ status: number | undefined; connection: string | undefined }>;
}

/** Resolves once the server has the request's head. */
export async function beginSlowRequest(options: {
  port: number;
  path: string;
  headers: Record<string, string>;
  body: string;
}): Promise<SlowRequest> {
  const { port, path, headers, body } = options;
  const sent = request({
    ...{ host: '127.0.0.1', port, path, method: 'POST', agent: false },
    headers: { ...headers, Expect: '100-continue', Connection: 'keep-alive', 'Content-Length': body.length },
  });
  sent.flushHeaders();
  // The server's word that it reads on: from now on the request is under way there.
  await new Promise<void>((resolve, reject) => sent.once('continue', resolve).once('error', reject));
  return {
    async finish() {
      const answer = new Promise<IncomingMessage>((resolve, reject) =>
        sent.once('response', resolve).once('error', reject),
      );
      sent.end(body);
      const { statusCode, headers: received } = (await answer).resume();
      return { status: statusCode, connection: received.connection };
    },
  };
}
