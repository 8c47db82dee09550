import { z } from 'zod';
import { type AuditKind, actedBy } from '#audit';
import { defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
import { formatInstant } from '#rendering';
import type { SignedIn } from '#sessions';
import { deviceName } from './device-name.ts';
import { frameOf, go, noticeOf } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { standingOf } from './standing.ts';
import { trustedDevicesView } from './trusted-device-routes.ts';

const PATH = '/profile/devices';
const SIGN_OUT = `${PATH}/sign-out`;
const SIGN_OUT_ALL = `${PATH}/sign-out-all`;

/** Where the person is signed in, and how one place or all of them end, with their tokens. */
export function deviceRoutes(parts: ProfileParts): Route[] {
  const { sessions, server, audit, accounts } = parts;
  const record = (ctx: RouteContext, { account }: SignedIn, type: AuditKind) =>
    audit.record({
      type,
      ...actedBy({ actor: account.id, origin: ctx.state.origin }),
      accountId: account.id,
    });
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.devices',
      who: sessions.signedIn(),
      handler: (ctx, person) => show(ctx, parts, person),
    }),
    defineRoute({
      method: 'POST',
      path: SIGN_OUT,
      name: 'profile.devices.sign-out',
      csrf: 'form',
      body: z.object({ session: z.string().max(100).default('') }),
      who: sessions.signedIn({}, PATH),
      async handler(ctx, person, { session }) {
        const ended = await server.accountSessions.end(person.account.id, session);
        if (ended) await record(ctx, person, 'session.ended');
        if (ended && session === person.signIn.uid) return sayGoodbye(ctx, parts);
        go(ctx, `${PATH}${ended ? '?done=signed-out' : ''}`);
      },
    }),
    defineRoute({
      method: 'POST',
      path: SIGN_OUT_ALL,
      name: 'profile.devices.sign-out-all',
      csrf: 'form',
      who: sessions.signedIn({}, PATH),
      async handler(ctx, person) {
        await record(ctx, person, 'session.ended-everywhere');
        await accounts.raiseEpoch(person.account.id, 'signed-out-everywhere');
        await sayGoodbye(ctx, parts);
      },
    }),
  ];
}

async function sayGoodbye(ctx: RouteContext, { sessions }: ProfileParts): Promise<void> {
  await sessions.forget(ctx);
  renderPage(ctx, 'interactions/logged-out', { stayed: false }, { path: '/profile' });
}

async function show(ctx: RouteContext, parts: ProfileParts, person: SignedIn): Promise<void> {
  const { account, signIn } = person;
  const standing = await standingOf(person, parts);
  const instant = (at: number) => formatInstant(at, ctx.state.locale, account.timeZone);
  const all = await parts.server.accountSessions.list(account.id);
  const data = {
    ...formFields(ctx, PATH),
    ...noticeOf(ctx),
    frame: frameOf(ctx, 'devices', person, standing),
    devices: all.map(({ uid, startedAt, lastSeen }) => ({
      id: uid,
      ...deviceName(lastSeen.userAgent),
      current: uid === signIn.uid,
      since: instant(startedAt),
      lastSeen: instant(lastSeen.at),
      ...(lastSeen.ip && { ip: lastSeen.ip }),
    })),
    signOut: formFields(ctx, SIGN_OUT),
    signOutAll: formFields(ctx, SIGN_OUT_ALL),
    ...(await trustedDevicesView(ctx, person, standing, parts)),
  };
  renderPage(ctx, 'self-service/profile-devices', data, { path: PATH });
}
