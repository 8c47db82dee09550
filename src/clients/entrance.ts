import type { Client } from './client.ts';

/** Where people begin at a relying party: the address at which it begins a log-in for us (OpenID Connect Core 4), or its home page. */
export function entranceOf(
  client: Client | undefined,
  { issuer, email }: { issuer: string; email?: string },
): string | undefined {
  if (!client?.enabled) return undefined;
  const { initiate_login_uri: initiate, client_uri: home } = client;
  if (typeof initiate === 'string' && URL.canParse(initiate)) {
    const url = new URL(initiate);
    url.searchParams.set('iss', issuer);
    if (email) url.searchParams.set('login_hint', email);
    return url.href;
  }
  return typeof home === 'string' && /^https?:/.test(home) ? home : undefined;
}

export const nameOfClient = ({ client_name: name, client_id: id }: Client): string => name ?? id;
