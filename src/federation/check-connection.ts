import type { Connection } from './connection.ts';

const MULTI_TENANT = /^(common|organizations|consumers)$/;

/** What is wrong with a connection's settings, in words for its administrator; empty when it may be used. */
export function checkConnection(connection: Connection, { production }: { production: boolean }): string[] {
  const problems: string[] = [];
  const issuer = URL.parse(connection.issuer);
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(connection.id))
    problems.push('id: letters, digits, - and _ only, as it is part of the redirect URI');
  if (!issuer || !/^https?:$/.test(issuer.protocol)) problems.push('issuer: must be an https address');
  else {
    if (production && issuer.protocol !== 'https:')
      problems.push('issuer: must be an https address in production');
    if (issuer.search || issuer.hash || issuer.username)
      problems.push('issuer: must have no query, fragment or user name');
    if (isMultiTenant(connection, issuer))
      problems.push('issuer: must name one tenant; a multi-tenant address would let any tenant in');
  }
  if (!connection.clientId) problems.push('clientId: is missing');
  if (!connection.clientSecret) problems.push('clientSecret: is missing');
  if (!connection.scopes.includes('openid')) problems.push('scopes: must contain openid');
  return problems;
}

/** Entra's shared end points sign for every tenant in the world; `{tenantid}` is their issuer template (X1, X9). */
function isMultiTenant(connection: Connection, issuer: URL): boolean {
  if (decodeURIComponent(issuer.pathname).includes('{')) return true;
  return (
    connection.preset === 'entra' && issuer.pathname.split('/').some((segment) => MULTI_TENANT.test(segment))
  );
}
