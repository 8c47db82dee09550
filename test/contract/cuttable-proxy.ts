import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback in front of a real server, to take that server away and give it back. */
export interface CuttableProxy {
  port: number;
  /** Ends all connections and refuses new ones, as a stopped server does. */
  cut(): Promise<void>;
  /** Keeps connections open but passes nothing on, as a hung server or a broken network does. */
  freeze(): void;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** `rewrite` may change what the server answers. */
export async function createCuttableProxy(
  target: { host: string; port: number },
  rewrite: (answer: Buffer) => Buffer = (answer) => answer,
): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;

  async function listen(onPort: number): Promise<Server> {
    const created = createServer(accept).listen(onPort, '127.0.0.1');
    await once(created, 'listening');
    return created;
  }

  function accept(client: Socket): void {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
    }
    client.on('data', (data) => !frozen && upstream.write(data));
    upstream.on('data', (data) => !frozen && client.write(rewrite(data)));
  }

  async function cut(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    port,
    cut,
    freeze() {
      frozen = true;
    },
    async restore() {
      // What was swallowed is missing from the old connections.
      if (frozen) for (const socket of sockets) socket.destroy();
      frozen = false;
      if (!server.listening) server = await listen(port);
    },
    close: cut,
  };
}
