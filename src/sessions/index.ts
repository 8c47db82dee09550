/**
 * sessions: what this browser is to an account of ours, for every surface with pages.
 * Owns the cookie of known devices: browsers in which a person has proven themselves before (W13, C5).
 * Leaves the protocol's own session to oidc, and what a known device may do to credentials.
 */
export { createKnownDevices, type KnownDevices } from './known-devices.ts';
