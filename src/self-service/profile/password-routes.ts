import { z } from 'zod';
import { newPasswordProblems, passwordRuleViews, type RuleId, unmetRulesText } from '#credentials';
import { defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
import type { FormData } from '#rendering';
import type { Freshness, SignedIn } from '#sessions';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { isSso, type Standing, standingOf } from './standing.ts';

const HOME = '/profile/security';
const PATH = `${HOME}/password`;
const BOTH: Freshness = { primary: true, factor: true };

/** A new password after the current one; not for people whose identity provider keeps theirs (E4, D8). */
export function passwordRoutes(parts: ProfileParts): Route[] {
  const { sessions } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.password',
      who: sessions.signedIn(BOTH),
      async handler(ctx, person) {
        const standing = await standingOf(person, parts);
        if (isSso(standing)) return go(ctx, HOME);
        show(ctx, parts, person, standing);
      },
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.password.submit',
      csrf: 'form',
      body: z.object({
        password: z.string().default(''),
        confirm: z.string().default(''),
        username: z.string().optional(),
      }),
      who: sessions.signedIn(BOTH, PATH),
      handler: (ctx, person, { password, confirm }) => change(ctx, parts, person, password, confirm),
    }),
  ];
}

function show(
  ctx: RouteContext,
  { credentials }: ProfileParts,
  person: SignedIn,
  standing: Standing,
  again: { errors?: FormData['errors']; unmet?: readonly RuleId[] } = {},
): void {
  const minLength = standing.policy.password.minLength.value;
  const data = {
    ...formFields(ctx, PATH),
    ...(again.errors && { errors: again.errors }),
    frame: frameOf(ctx, 'security', person, standing),
    email: person.account.email,
    rules: passwordRuleViews(credentials.passwords.rules({ minLength }), again.unmet),
    backUrl: HOME,
  };
  renderPage(ctx, 'self-service/profile-password', data, { status: again.errors ? 422 : 200, path: PATH });
}

async function change(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  password: string,
  confirm: string,
): Promise<void> {
  const standing = await standingOf(person, parts);
  if (isSso(standing)) return go(ctx, HOME);
  const { passwords } = parts.credentials;
  const minLength = standing.policy.password.minLength.value;
  const problems = newPasswordProblems({ password, confirm }, passwords.check(password, { minLength }));
  if (problems) return show(ctx, parts, person, standing, problems);
  const { account, signIn } = person;
  const result = await parts.server.accountSessions.keeping(signIn.uid, () =>
    passwords.set(account, password, {
      minLength,
      reason: 'profile',
      actor: account.id,
      origin: ctx.state.origin,
    }),
  );
  if (result.outcome === 'refused') {
    const { unmet } = result;
    return show(ctx, parts, person, standing, { errors: { password: unmetRulesText(unmet) }, unmet });
  }
  go(ctx, `${HOME}?done=password`);
}
