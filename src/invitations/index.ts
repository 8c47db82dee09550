/**
 * invitations: how people come into a company: invited by mail, resent, revoked, accepted; and temporary passwords.
 * Owns the mailed link, its state, and what accepting it makes of account and membership.
 * Leaves the pages and the order of steps to interactions and self-service, credentials to credentials.
 */
export { createInvitations } from './create-invitations.ts';
export { type Invitation, type InvitationState, invitationState } from './invitation.ts';
export type { Inspected, Invitations, InviteOutcome, InviteRequest } from './invitations.ts';
export { INVITATION_COOKIE, WELCOME_PATH, welcomeClient } from './welcome-client.ts';
