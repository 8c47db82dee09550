import type { Client } from '#clients';

/** The built-in client of the profile pages. Further parts of our own pages get one each. */
export const ACCOUNT_CLIENT = 'gatehouse-account';

/** Holds the page session of a browser, whichever part it looks at. */
export const PAGE_COOKIE = 'gh_account';

/** Where every part comes back to from the authorization endpoint. */
export const CALLBACK_PATH = '/signed-in';

/** Lies under ISSUER, never under what a request says. */
export const redirectUri = (issuer: string) => new URL(CALLBACK_PATH, issuer).href;

/**
 * A part of our own pages as a client of this server: it comes through the authorization endpoint like any relying party, so
 * that terms, idle time, company choice and step-up hold there too. Public, with PKCE, for a code that is redeemed in this process.
 */
export function accountClient(issuer: string, brandName: string): Client {
  return {
    client_id: ACCOUNT_CLIENT,
    client_name: brandName,
    first_party: true,
    payments: false,
    enabled: true,
    source: 'platform',
    redirect_uris: [redirectUri(issuer)],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'none',
    own_page: true,
  };
}
