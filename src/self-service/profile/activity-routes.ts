import { defineRoute, type Route, type RouteContext, renderPage } from '#http';
import { DAY } from '#kernel';
import { formatInstant } from '#rendering';
import type { SignedIn } from '#sessions';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { standingOf } from './standing.ts';

const PATH = '/profile/activity';
const SHOWN_MS = 90 * DAY;
const PER_PAGE = 25;

/** What the record calls them, in words; whatever else happens to an account is a change of it. */
const TEXTS: Readonly<Record<string, string>> = {
  'log-in.succeeded': 'profile:activity.event.logged-in',
  'account.locked': 'profile:activity.event.locked',
  'account.unlocked': 'profile:activity.event.unlocked',
  'password.changed': 'profile:activity.event.password-changed',
  'password-reset.requested': 'profile:activity.event.reset-requested',
  'account.address-changed': 'profile:activity.event.address-changed',
  'account.address-change-requested': 'profile:activity.event.address-change-requested',
  'account.address-change-cancelled': 'profile:activity.event.address-change-cancelled',
  'account.changed': 'profile:activity.event.profile-changed',
  'account.status-changed': 'profile:activity.event.status-changed',
  'authenticator.added': 'profile:activity.event.app-added',
  'authenticator.removed': 'profile:activity.event.app-removed',
  'passkey.added': 'profile:activity.event.passkey-added',
  'passkey.removed': 'profile:activity.event.passkey-removed',
  'passkey.counter-regressed': 'profile:activity.event.passkey-refused',
  'phone.added': 'profile:activity.event.phone-added',
  'phone.removed': 'profile:activity.event.phone-removed',
  'email-code.added': 'profile:activity.event.email-code-added',
  'email-code.removed': 'profile:activity.event.email-code-removed',
  'recovery-code.issued': 'profile:activity.event.recovery-issued',
  'recovery-code.used': 'profile:activity.event.recovery-used',
  'second-factor.throttled': 'profile:activity.event.codes-throttled',
  'account.second-factor-setting-changed': 'profile:activity.event.always-require',
  'trusted-device.added': 'profile:activity.event.device-trusted',
  'trusted-device.ended': 'profile:activity.event.device-trust-ended',
  'session.ended': 'profile:activity.event.signed-out',
  'session.ended-everywhere': 'profile:activity.event.signed-out-everywhere',
  'consent.withdrawn': 'profile:activity.event.disconnected',
  'refresh-token.reused': 'profile:activity.event.token-reused',
  'federation.linked': 'profile:activity.event.linked',
  'terms.accepted': 'profile:activity.event.terms',
};

/** Recent security events of the person's own account, newest first. */
export function activityRoutes(parts: ProfileParts): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.activity',
      who: parts.sessions.signedIn(),
      handler: (ctx, person) => show(ctx, parts, person),
    }),
  ];
}

async function show(ctx: RouteContext, parts: ProfileParts, person: SignedIn): Promise<void> {
  const { account } = person;
  const { after } = ctx.query;
  const standing = await standingOf(person, parts);
  const page = await parts.audit
    .list({
      accountId: account.id,
      from: parts.clock.now() - SHOWN_MS,
      limit: PER_PAGE,
      ...(typeof after === 'string' && { after }),
    })
    // A cursor that was cut off or made up: the first page instead.
    .catch((error: unknown) => {
      if (after === undefined) throw error;
      return undefined;
    });
  if (!page) return go(ctx, PATH);
  const data = {
    frame: frameOf(ctx, 'activity', person, standing),
    events: page.items.map(({ type, at, ip, actor }) => ({
      text: { key: TEXTS[type] ?? 'profile:activity.event.other' },
      at: formatInstant(at, ctx.state.locale, account.timeZone),
      byOther: actor !== account.id && actor !== 'anonymous',
      ...(ip && actor === account.id && { ip }),
    })),
    ...(page.next && { nextUrl: `${PATH}?${new URLSearchParams({ after: page.next })}` }),
  };
  renderPage(ctx, 'self-service/profile-activity', data);
}
