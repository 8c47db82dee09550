import { createHash } from 'node:crypto';

/** Made from a phrase: the demo's secrets are no secrets, and look like none. */
const demoSecret = (of: string) => createHash('sha256').update(`gatehouse demo: ${of}`).digest('hex');

export const CLIENT_SECRET = demoSecret('relying party');
export const IDP_SECRET = demoSecret('company IdP');
export const PASSWORD = 'Correct-Horse-7';
export const ADA_TOTP = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

interface Addresses {
  relyingParty: string;
  idpIssuer: string;
}

/** The demo's world in the bootstrap file's terms (docs/bootstrap.md). */
export function demoBootstrap({ relyingParty, idpIssuer }: Addresses): object {
  return {
    companies: [
      {
        id: 'acme',
        name: 'Acme Builders',
        settings: { itContact: 'it@acme.example' },
        connections: [
          {
            id: 'acme-idp',
            protocol: 'oidc',
            issuer: idpIssuer,
            clientId: 'gatehouse',
            clientSecret: IDP_SECRET,
            jitProvisioning: true,
          },
        ],
        domains: [{ domain: 'acme.example', verified: true, ssoTargeted: true, connection: 'acme-idp' }],
      },
      { id: 'bridges', name: 'Bridges & Sons' },
      {
        id: 'crane',
        name: 'Crane Works',
        settings: { mfa: { required: true, enforcementDate: '2026-01-01', timeZone: 'America/New_York' } },
      },
    ],
    accounts: [
      person('ada@bridges.example', 'Ada Bridges', ['bridges', 'crane'], { totpSecret: ADA_TOTP }),
      person('carl@crane.example', 'Carl Crane', ['crane']),
    ],
    clients: [
      {
        client_id: 'portal',
        client_secret: CLIENT_SECRET,
        client_name: 'Demo Portal',
        redirect_uris: [`${relyingParty}/callback`],
        post_logout_redirect_uris: [`${relyingParty}/`],
        grant_types: ['authorization_code', 'refresh_token'],
        first_party: true,
      },
    ],
  };
}

function person(email: string, name: string, companies: readonly string[], more: object = {}): object {
  return {
    email,
    name,
    locale: 'en',
    password: PASSWORD,
    memberships: companies.map((company) => ({ company })),
    acceptedTerms: true,
    ...more,
  };
}
