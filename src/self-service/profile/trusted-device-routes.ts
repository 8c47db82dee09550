import { z } from 'zod';
import { defineRoute, formFields, type Route, type RouteContext } from '#http';
import { DAY } from '#kernel';
import { formatInstant, type ViewData } from '#rendering';
import type { SignedIn } from '#sessions';
import { deviceName } from './device-name.ts';
import { go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import type { Standing } from './standing.ts';

const DEVICES = '/profile/devices';
const END = `${DEVICES}/end-trust`;

/** From the next log-in on the browser is asked for a second factor again (H13); whoever is signed in with it stays so. */
export function trustedDeviceRoutes({ sessions, trustedDevices }: ProfileParts): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: END,
      name: 'profile.devices.end-trust',
      csrf: 'form',
      body: z.object({ device: z.string().max(100).default('') }),
      who: sessions.signedIn({}, DEVICES),
      async handler(ctx, person, { device }) {
        const ended = await trustedDevices.end(ctx, person.account, device);
        go(ctx, `${DEVICES}${ended ? '?done=trust-ended' : ''}`);
      },
    }),
  ];
}

/** The part of the devices' page about them: those that still count. */
export async function trustedDevicesView(
  ctx: RouteContext,
  { account }: SignedIn,
  { policy: { mfa } }: Standing,
  { trustedDevices }: ProfileParts,
): Promise<Pick<ViewData['self-service/profile-devices'], 'trusted' | 'endTrust'>> {
  const { trust } = mfa;
  const endTrust = formFields(ctx, END);
  if (!trust || account.alwaysSecondFactor === true) return { trusted: [], endTrust };
  const instant = (at: number) => formatInstant(at, ctx.state.locale, account.timeZone);
  const here = trustedDevices.idOf(ctx, account);
  const trusted = (await trustedDevices.list(account, trust)).map((device) => ({
    id: device.id,
    ...deviceName(device.userAgent),
    current: device.id === here,
    since: instant(device.trustedAt),
    until: instant(Math.min(device.expiresAt, device.trustedAt + trust.days * DAY)),
    ...(device.ip && { ip: device.ip }),
  }));
  return { trusted, endTrust };
}
