import { defineRoute, type Route, type RouteContext, renderPage } from '#http';
import { DAY } from '#kernel';
import { formatInstant } from '#rendering';
import type { SignedIn } from '#sessions';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { standingOf } from './standing.ts';
import { toldEvents } from './told-events.ts';

const PATH = '/profile/activity';
const SHOWN_MS = 90 * DAY;
const PER_PAGE = 25;

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
    events: toldEvents(page.items, account.id, standing.companies).map(({ at, ...event }) => ({
      ...event,
      at: formatInstant(at, ctx.state.locale, account.timeZone),
    })),
    ...(page.next && { nextUrl: `${PATH}?${new URLSearchParams({ after: page.next })}` }),
  };
  renderPage(ctx, 'self-service/profile-activity', data);
}
