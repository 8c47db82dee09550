import { generate } from 'otplib';
import { REDIRECT_URI } from './relying-party.ts';

export const PASSWORD = 'Correct-Horse-7';
export const TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

/** The code that the person's authenticator app shows at `at` (epoch milliseconds). */
export function totpCode(at: number, secret: string = TOTP_SECRET): Promise<string> {
  return generate({ secret, epoch: Math.floor(at / 1000) });
}

interface WorldOptions {
  /** The IdP of acme, whose domain is SSO-targeted. */
  upstream?: { issuer: string; clientId: string; clientSecret: string };
  companies?: object[];
  accounts?: object[];
  clients?: object[];
  resources?: object[];
}

/** Companies and people of the tests: plain (ada), enrolled (tess), of two companies (duo), to be enrolled (max). */
export function world(options: WorldOptions = {}): object {
  const { upstream, companies = [], accounts = [], clients = [], resources = [] } = options;
  return {
    companies: [
      {
        id: 'acme',
        name: 'Acme Builders',
        settings: { itContact: 'it@acme.example' },
        connections: upstream
          ? [{ id: 'acme-idp', protocol: 'oidc', jitProvisioning: true, ...upstream }]
          : [],
        domains: upstream
          ? [{ domain: 'acme.example', verified: true, ssoTargeted: true, connection: 'acme-idp' }]
          : [],
      },
      { id: 'beta', name: 'Beta Bridges' },
      {
        id: 'gamma',
        name: 'Gamma Glass',
        settings: { mfa: { required: true, enforcementDate: '2026-01-01', timeZone: 'America/New_York' } },
      },
      ...companies,
    ],
    accounts: [
      person('ada@other.example', 'Ada Example', ['beta']),
      person('tess@other.example', 'Tess Totp', ['beta'], { totpSecret: TOTP_SECRET }),
      person('duo@other.example', 'Duo Double', ['acme', 'beta']),
      person('max@other.example', 'Max Must', ['gamma']),
      ...accounts,
    ],
    clients: [
      {
        client_id: 'portal',
        client_secret: 'portal-secret',
        client_name: 'Portal',
        redirect_uris: [REDIRECT_URI],
        post_logout_redirect_uris: ['http://127.0.0.1:9/goodbye'],
        grant_types: ['authorization_code', 'refresh_token'],
        first_party: true,
      },
      ...clients,
    ],
    resources,
  };
}

/** An account entry of the bootstrap file, with the tests' password and accepted terms. */
export function person(email: string, name: string, companies: readonly string[], more: object = {}): object {
  return {
    email,
    name,
    password: PASSWORD,
    memberships: companies.map((company) => ({ company })),
    acceptedTerms: true,
    ...more,
  };
}
