import type { Route } from '#http';
import { activityRoutes } from './activity-routes.ts';
import { applicationRoutes } from './application-routes.ts';
import { authenticatorRoutes } from './authenticator-routes.ts';
import { confirmAddressRoutes } from './confirm-address-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { emailCodeRoutes } from './email-code-routes.ts';
import { emailRoutes } from './email-routes.ts';
import type { ProfileParts } from './parts.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import { passwordRoutes } from './password-routes.ts';
import { phoneRoutes } from './phone-routes.ts';
import { recoveryCodeRoutes } from './recovery-code-routes.ts';
import { securityRoutes } from './security-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { trustedDeviceRoutes } from './trusted-device-routes.ts';

export type { ProfileParts };

/** `/profile` and everything below it, `/switch-company`, and the links mailed for a change of address. */
export function profileRoutes(parts: ProfileParts): Route[] {
  return [
    ...settingsRoutes(parts),
    ...emailRoutes(parts),
    ...confirmAddressRoutes(parts),
    ...securityRoutes(parts),
    ...passwordRoutes(parts),
    ...authenticatorRoutes(parts),
    ...phoneRoutes(parts),
    ...emailCodeRoutes(parts),
    ...passkeyRoutes(parts),
    ...recoveryCodeRoutes(parts),
    ...deviceRoutes(parts),
    ...trustedDeviceRoutes(parts),
    ...applicationRoutes(parts),
    ...activityRoutes(parts),
  ];
}
