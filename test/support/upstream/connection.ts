import type { Connection } from '#federation';

/** A connection of acme to an identity provider that knows us as `gatehouse`. */
export function connectionTo(issuer: string, changes: Partial<Connection> = {}): Connection {
  return {
    id: 'acme-idp',
    companyId: 'acme',
    name: 'Acme IdP',
    protocol: 'oidc',
    preset: 'generic',
    enabled: true,
    issuer,
    clientId: 'gatehouse',
    clientSecret: 'upstream secret: 100%',
    tokenEndpointAuthMethod: 'client_secret_basic',
    scopes: ['openid', 'email', 'profile'],
    jitProvisioning: true,
    acrMapping: {},
    clockToleranceSeconds: 30,
    createdAt: 0,
    updatedAt: 0,
    ...changes,
  };
}
