import { z } from 'zod';
import { defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
import type { FormData } from '#rendering';
import type { Freshness, SignedIn } from '#sessions';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { isSso, type Standing, standingOf } from './standing.ts';

const HOME = '/profile';
const PATH = `${HOME}/email`;
export const CANCEL_PATH = `${PATH}/cancel`;
const BOTH: Freshness = { primary: true, factor: true };

/** Texts for what stands against the wish. */
const REFUSALS = {
  'invalid-address': 'interactions:errors.email-invalid',
  unchanged: 'profile:errors.same-address',
  sso: 'profile:errors.sso-address',
  throttled: 'profile:errors.too-many-changes',
} as const;

/** A change of the log-in address, which both mailboxes confirm; never for SSO-targeted addresses. */
export function emailRoutes(parts: ProfileParts): Route[] {
  const { sessions, credentials } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.email',
      who: sessions.signedIn(BOTH),
      async handler(ctx, person) {
        const standing = await standingOf(person, parts);
        if (isSso(standing)) return go(ctx, HOME);
        show(ctx, person, standing, '');
      },
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.email.submit',
      csrf: 'form',
      limit: { bucket: 'address-change', perMinute: 20 },
      body: z.object({ email: z.string().max(1_000).default('') }),
      who: sessions.signedIn(BOTH, PATH),
      async handler(ctx, person, { email }) {
        const acting = { actor: person.account.id, origin: ctx.state.origin };
        const { outcome } = await credentials.addressChanges.request(person.account, email, acting);
        if (outcome === 'requested') return go(ctx, `${HOME}?done=email`);
        const status = outcome === 'throttled' ? 429 : 422;
        const problem = { errors: { email: { key: REFUSALS[outcome] } }, status };
        show(ctx, person, await standingOf(person, parts), email, problem);
      },
    }),
    defineRoute({
      method: 'POST',
      path: CANCEL_PATH,
      name: 'profile.email.cancel',
      csrf: 'form',
      who: sessions.signedIn({}, HOME),
      async handler(ctx, person) {
        const acting = { actor: person.account.id, origin: ctx.state.origin };
        await credentials.addressChanges.cancel(person.account.id, acting);
        go(ctx, `${HOME}?done=email-cancelled`);
      },
    }),
  ];
}

function show(
  ctx: RouteContext,
  person: SignedIn,
  standing: Standing,
  email: string,
  problem?: { errors: FormData['errors']; status: number },
): void {
  const data = {
    ...formFields(ctx, PATH),
    ...(problem?.errors && { errors: problem.errors }),
    frame: frameOf(ctx, 'settings', person, standing),
    email,
    backUrl: HOME,
  };
  renderPage(ctx, 'self-service/profile-email', data, { status: problem?.status ?? 200, path: PATH });
}
