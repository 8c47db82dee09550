import type { OwnClient } from '#oidc';

/** The built-in client of the profile pages. Further parts of our own pages get one each. */
export const ACCOUNT_CLIENT = 'gatehouse-account';

/** Where every part comes back to from the authorization endpoint. */
export const CALLBACK_PATH = '/signed-in';

/** Redirect URIs lie under ISSUER, never under what a request says. */
export function ownClients(issuer: string, brandName: string): OwnClient[] {
  return [{ clientId: ACCOUNT_CLIENT, name: brandName, redirectUri: redirectUri(issuer) }];
}

export const redirectUri = (issuer: string) => new URL(CALLBACK_PATH, issuer).href;
