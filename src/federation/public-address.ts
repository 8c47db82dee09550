import { BlockList, isIPv4, isIPv6 } from 'node:net';

type Subnet = readonly [network: string, prefix: number];

// IANA special-purpose registries (RFC 6890 and updates).
const SPECIAL_V4: readonly Subnet[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const SPECIAL_V6: readonly Subnet[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];
const LOCAL_V4: readonly Subnet[] = [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
];
const LOCAL_V6: readonly Subnet[] = [
  ['::1', 128],
  ['fc00::', 7],
];

const specialV4 = listOf(SPECIAL_V4, 'ipv4');
const specialV6 = listOf(SPECIAL_V6, 'ipv6');
const unicastV6 = listOf([['2000::', 3]], 'ipv6');
const mappedV4 = listOf([['::ffff:0:0', 96]], 'ipv6');
const localV4 = listOf(LOCAL_V4, 'ipv4');
const localV6 = listOf(LOCAL_V6, 'ipv6');

function listOf(subnets: readonly Subnet[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}

/**
 * Where an IP address lies: 'public' unicast; 'local' (loopback and private networks, fine outside production);
 * 'special' (link-local with its cloud metadata, multicast, reserved, tunnels), never wanted (X10).
 */
export function addressZone(address: string): 'public' | 'local' | 'special' {
  if (isIPv4(address)) return zoneOfV4(address);
  if (!isIPv6(address)) return 'special';
  if (mappedV4.check(address, 'ipv6')) return zoneOfV4(embeddedV4(address));
  if (localV6.check(address, 'ipv6')) return 'local';
  return unicastV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6') ? 'public' : 'special';
}

function zoneOfV4(address: string): 'public' | 'local' | 'special' {
  if (localV4.check(address, 'ipv4')) return 'local';
  return specialV4.check(address, 'ipv4') ? 'special' : 'public';
}

/** The IPv4 address inside an IPv4-mapped one; the URL parser gives its one canonical form, `::ffff:7f00:1`. */
function embeddedV4(address: string): string {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [high = 0, low = 0] = canonical
    .split(':')
    .slice(-2)
    .map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
