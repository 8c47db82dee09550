/**
 * sessions: who is signed in on our own pages (profile, later administration and developers), how fresh the proof is, and what
 * this browser is to an account: known (W13, C5), and trusted where companies allow it (H13).
 * Owns the built-in client, the page session that hangs on a sign-in, and the guards that send people to log in or step up.
 * Leaves how people prove themselves to interactions, sign-ins to oidc, and what a known device may do to credentials.
 */
export { createSessions, type Sessions, type SessionsParts } from './create-sessions.ts';
export { createKnownDevices, type KnownDevices } from './known-devices.ts';
export { ACCOUNT_CLIENT, accountClient } from './own-pages.ts';
export { FRESH_MS, type Freshness, type SignedIn } from './signed-in.ts';
export { createTrustedDevices, type TrustedDevice, type TrustedDevices } from './trusted-devices.ts';
