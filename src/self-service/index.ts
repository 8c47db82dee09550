/**
 * self-service: what people do for themselves outside a log-in: reset a password, take up an invitation, look after their
 * profile, read help.
 * Owns the routes and pages of that.
 * Leaves tokens, rules and mails to credentials, and the log-in itself to interactions.
 */
export { helpRoutes } from './help-routes.ts';
export { LINK_COOKIES } from './link-cookies.ts';
export { type ProfileParts, profileRoutes } from './profile/profile-routes.ts';
export { type ResetRoutesParts, resetRoutes } from './reset-routes.ts';
export { supportRoutes } from './support-routes.ts';
export { type WelcomeRoutesParts, welcomeRoutes } from './welcome-routes.ts';
