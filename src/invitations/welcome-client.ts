import type { Client } from '#clients';

export const WELCOME_PATH = '/welcome';
/** Holds the token of the link that was opened; for the whole site, as the steps of the log-in read it. */
export const INVITATION_COOKIE = 'gh_invitation';
const CLIENT_ID = 'gatehouse-welcome';

/**
 * The built-in client of which accepting an invitation is a log-in, so that terms, second factors and idle time hold there as
 * everywhere (docs/decisions/016). Its codes are never redeemed: what counts is the session and the membership.
 */
export function welcomeClient(issuer: string, brandName: string): Client {
  return {
    client_id: CLIENT_ID,
    client_name: brandName,
    first_party: true,
    payments: false,
    enabled: true,
    source: 'platform',
    redirect_uris: [`${issuer}${WELCOME_PATH}/done`],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'none',
    accepts_invitation: true,
  };
}
