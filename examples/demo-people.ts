import { createHash } from 'node:crypto';

/** Made from a phrase: the demo's secrets are no secrets, and look like none. */
const demoSecret = (of: string) => createHash('sha256').update(`gatehouse demo: ${of}`).digest('hex');

export const CLIENT_SECRET = demoSecret('relying party');
export const IDP_SECRET = demoSecret('company IdP');
export const PASSWORD = 'Correct-Horse-7';
/** Invited by Crane Works at the first start. */
export const INVITED = {
  companyId: 'crane',
  clientId: 'portal',
  email: 'nina@crane.example',
  name: 'Nina New',
};
/** Her authenticator app. */
export const ADA = { account: 'ada@bridges.example', key: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' };
export const IDP_PEOPLE = [
  { email: 'sam@acme.example', name: 'Sam Acme' },
  { email: 'toni@acme.example', name: 'Toni Acme' },
];

interface Addresses {
  relyingParty: string;
  idpIssuer: string;
}

/** The demo's world in the bootstrap file's terms (docs/bootstrap.md). */
export function demoBootstrap({ relyingParty, idpIssuer }: Addresses) {
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
      person(ADA.account, 'Ada Bridges', ['bridges', 'crane'], { totpSecret: ADA.key }),
      person('carl@crane.example', 'Carl Crane', ['crane']),
    ],
    clients: [
      {
        client_id: 'portal',
        client_secret: CLIENT_SECRET,
        client_name: 'Demo Portal',
        // Where an accepted invitation leads: this page begins a log-in at once.
        client_uri: `${relyingParty}/login`,
        redirect_uris: [`${relyingParty}/callback`],
        post_logout_redirect_uris: [`${relyingParty}/`],
        grant_types: ['authorization_code', 'refresh_token'],
        first_party: true,
      },
    ],
  };
}

interface Places extends Record<'relyingParty' | 'issuer' | 'idp' | 'viewer' | 'dataDir', string> {}

/** What the terminal says once everything runs. */
export function welcomeText({ relyingParty, issuer, idp, viewer, dataDir }: Places): string {
  return `
Gatehouse is ready. Everything runs on this machine; data is kept in ${dataDir}.

  Start here: the Demo Portal        ${relyingParty}
  Gatehouse itself                   ${issuer}/profile
  Identity provider of Acme          ${idp}
  Sent messages, and app codes       ${viewer}

Four journeys to try, the first three from the Demo Portal:

  1. Password and authenticator app, then a choice of company
       ada@bridges.example     password ${PASSWORD}
       code: at ${viewer}, or add this key to your app: ${ADA.key}
  2. Company sign-in (SSO): no password and no second step here
       sam@acme.example        Acme's identity provider asks for the address only
  3. First set-up of an authenticator app, which the company requires, and a recovery code
       carl@crane.example      password ${PASSWORD}
       no phone at hand? give the key under "Trouble Scanning" to ${viewer}
  4. An invitation: a first password, an authenticator app and the terms
       ${INVITED.email}      open the "Welcome" message at ${viewer}

"Forgot your password?" sends a mail: read it at ${viewer}.
Stop with Ctrl+C; delete ${dataDir} to begin afresh.`;
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
