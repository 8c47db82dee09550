import { z } from 'zod';
import { actedBy } from '#audit';
import { defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
import { formatInstant } from '#rendering';
import type { SignedIn } from '#sessions';
import { frameOf, go, noticeOf } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { standingOf } from './standing.ts';

const PATH = '/profile/applications';

/** What the person allowed other parties, and how they take it back. */
export function applicationRoutes(parts: ProfileParts): Route[] {
  const { sessions, server, audit } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.applications',
      who: sessions.signedIn(),
      handler: (ctx, person) => show(ctx, parts, person),
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.applications.revoke',
      csrf: 'form',
      body: z.object({ client: z.string().max(200).default('') }),
      who: sessions.signedIn({}, PATH),
      async handler(ctx, person, { client }) {
        const { id } = person.account;
        if (!(await server.accountSessions.disconnect(id, client))) return go(ctx, PATH);
        const acting = actedBy({ actor: id, origin: ctx.state.origin });
        await audit.record({ type: 'consent.withdrawn', ...acting, accountId: id, clientId: client });
        go(ctx, `${PATH}?done=disconnected`);
      },
    }),
  ];
}

async function show(ctx: RouteContext, parts: ProfileParts, person: SignedIn): Promise<void> {
  const { account } = person;
  const standing = await standingOf(person, parts);
  const applications = await parts.server.accountSessions.applications(account.id);
  const companies = await parts.companies.getMany([
    ...new Set(applications.flatMap(({ companyIds }) => companyIds)),
  ]);
  const data = {
    ...formFields(ctx, PATH),
    ...noticeOf(ctx),
    frame: frameOf(ctx, 'applications', person, standing),
    applications: applications.map(({ clientId, name, granted, companyIds, at }) => ({
      clientId,
      name,
      // Of an API's scope the person is shown what they were shown at consent: its name.
      scopes: [...new Set(granted.map((permission) => permission.split(' ').at(-1) ?? permission))],
      companies: companies.filter(({ id }) => companyIds.includes(id)).map((company) => company.name),
      since: formatInstant(at, ctx.state.locale, account.timeZone),
    })),
  };
  renderPage(ctx, 'self-service/profile-applications', data, { path: PATH });
}
