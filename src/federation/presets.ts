import type { Connection } from './connection.ts';

/** What differs from one kind of identity provider to the next. */
export interface Preset {
  /** Claims of the ID token whose values, in this order, are the person's identity key. Never an address (X1). */
  identityClaims: readonly [string, string];
  /** Claims that may carry the address, best first. */
  emailClaims: readonly string[];
  /** Whether the IdP's auth_time is the time of a real proof (W18). */
  authTimeTrusted: boolean;
  /** What makes the asserted address count for a first link or a new account; an established link never depends on it. */
  emailProof: 'unless-denied' | 'verified-claim' | 'owned-by-tenant';
}

const standard: Preset = {
  identityClaims: ['iss', 'sub'],
  emailClaims: ['email'],
  authTimeTrusted: true,
  emailProof: 'unless-denied',
};

export const presets: Readonly<Record<Connection['preset'], Preset>> = {
  generic: standard,
  okta: standard,
  // `sub` is pairwise at Entra: another app registration would make everybody a stranger (W9).
  entra: {
    ...standard,
    identityClaims: ['tid', 'oid'],
    emailClaims: ['email', 'preferred_username'],
    emailProof: 'owned-by-tenant',
  },
  google: { ...standard, authTimeTrusted: false, emailProof: 'verified-claim' },
};
