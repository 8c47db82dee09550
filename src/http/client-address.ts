import { BlockList, isIP, type Socket } from 'node:net';
import { type Network, parseNetwork } from '#config';

/** Tells whether an address is one of the configured reverse proxies. */
export type IsTrusted = (address: string) => boolean;

/** Who is at the other end of a connection. */
export interface Peer {
  /** Without port and prefix; '' when it has none. */
  address: string;
  /** One of our reverse proxies, whose word counts (X46). */
  isProxy: boolean;
}

export function createTrust(trustedProxies: readonly string[]): IsTrusted {
  const list = new BlockList();
  const networks = trustedProxies.map(parseNetwork).filter((network): network is Network => !!network);
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family);
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The peer of each connection, asked once: it stays the same for as long as the connection lives. */
export function createPeers(isTrusted: IsTrusted): (socket: Socket) => Peer {
  const known = new WeakMap<Socket, Peer>();
  return (socket) => {
    const former = known.get(socket);
    if (former) return former;
    const address = plainAddress(socket.remoteAddress ?? '');
    const peer = { address, isProxy: isTrusted(address) };
    known.set(socket, peer);
    return peer;
  };
}

/**
 * The address of the client: from the peer back through X-Forwarded-For, for as long as the address before is a
 * trusted proxy (X46). `undefined` when the peer has none.
 */
export function clientAddress(peer: Peer, forwardedFor: string, isTrusted: IsTrusted): string | undefined {
  let address = peer.address;
  if (peer.isProxy) {
    for (const hop of forwardedFor.split(',').reverse().map(plainAddress)) {
      if (!isTrusted(address) || isIP(hop) === 0) break;
      address = hop;
    }
  }
  return isIP(address) === 0 ? undefined : address;
}

/** Without brackets, port and the IPv4-in-IPv6 prefix. */
function plainAddress(text: string): string {
  const trimmed = text.trim();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1];
  const withoutPort = bracketed ?? /^([\d.]+):\d+$/.exec(trimmed)?.[1] ?? trimmed;
  return withoutPort.replace(/^::ffff:(?=[\d.]+$)/i, '');
}
