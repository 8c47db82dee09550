const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Schemes that run or read something in the browser instead of reaching an application. */
const ACTIVE = /^(javascript|data|vbscript|file|blob|about|view-source|filesystem|ws|wss|ftp):$/;
/** RFC 8252 7.1: a domain of the app's owner, reversed. */
const REVERSE_DOMAIN = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:$/;
/** Browsers read backslashes as slashes and drop tabs and line ends: what is compared must be what is followed. */
const AMBIGUOUS = /[\s\\\p{Cc}]|[^\x21-\x7e]/u;

/** Is this the name of the person's own machine? Takes URL.hostname. */
function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}

/** What is wrong with one redirect URI, or undefined (X16, RFC 9700 2.1, RFC 8252). */
export function redirectUriProblem(uri: string, { native }: { native: boolean }): string | undefined {
  if (AMBIGUOUS.test(uri)) return 'must be plain ASCII without spaces or backslashes';
  const url = URL.parse(uri);
  if (!url) return 'must be an absolute URI';
  if (uri.includes('#')) return 'must have no fragment';
  if (uri.includes('*')) return 'must have no wildcard: redirect URIs are compared exactly';
  if (url.username || url.password) return 'must have no user name';
  if (ACTIVE.test(url.protocol)) return `the scheme ${url.protocol} is refused`;
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:')
    return isLoopback(url.hostname) ? undefined : 'http: is for loopback names only';
  if (!native) return 'must be https: (own schemes are for native applications)';
  return REVERSE_DOMAIN.test(url.protocol)
    ? undefined
    : 'an own scheme must be a reversed domain (com.example.app:)';
}

/** What is wrong with an address that browsers or we ourselves go to, or undefined. */
export function webAddressProblem(
  value: string,
  { production }: { production: boolean },
): string | undefined {
  const url = AMBIGUOUS.test(value) ? null : URL.parse(value);
  if (!url) return 'must be an absolute https: address';
  if (url.username || url.password) return 'must have no user name';
  if (url.protocol === 'https:') return undefined;
  const local = url.protocol === 'http:' && !production && isLoopback(url.hostname);
  return local ? undefined : 'must be an https: address';
}
