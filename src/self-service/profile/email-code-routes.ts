import { z } from 'zod';
import { defineRoute, narrowed, type Route, type RouteContext, renderPage } from '#http';
import type { FormData } from '#rendering';
import type { Freshness, SignedIn } from '#sessions';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { askFirst } from './question.ts';
import { removeMethod } from './remove-method.ts';
import { codeRequestOf, sendingProblem, showCodePage, submitCodePage } from './sent-code-page.ts';
import { maySetUpEmailCode, standingOf } from './standing.ts';

const HOME = '/profile/security';
const PATH = `${HOME}/email-code`;
const CODE = `${PATH}/code`;
const REMOVE = `${PATH}/remove`;

/** X34: no factor changes on a sign-in alone. */
const BOTH: Freshness = { primary: true, factor: true };

/** "Add Email Verification" (G31): codes to the account's own address, so that there is nothing to change, only to remove. */
export function emailCodeRoutes(parts: ProfileParts): Route[] {
  const { sessions } = parts;
  const page = codePage(parts);
  const mayAdd = (returnTo?: string) =>
    narrowed(sessions.signedIn(BOTH, returnTo), {
      who: 'where codes by e-mail may be their second factor',
      isFurther: async (person) => maySetUpEmailCode(await standingOf(person, parts)),
      otherwise: HOME,
    });
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.email-code',
      who: mayAdd(),
      handler: (ctx, person) => ask(ctx, parts, person),
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.email-code.submit',
      csrf: 'form',
      limit: { bucket: 'email-code-set-up', perMinute: 20 },
      who: mayAdd(PATH),
      async handler(ctx, person) {
        const sent = await page.factor.resend(codeRequestOf(ctx, person));
        const problem = sendingProblem(sent, 'email');
        if (problem) return ask(ctx, parts, person, problem.errors);
        go(ctx, CODE);
      },
    }),
    defineRoute({
      method: 'GET',
      path: CODE,
      name: 'profile.email-code.code',
      who: mayAdd(),
      handler: (ctx, person) => showCodePage(ctx, person, page),
    }),
    defineRoute({
      method: 'POST',
      path: CODE,
      name: 'profile.email-code.code.submit',
      csrf: 'form',
      body: z.object({ code: z.string().max(200).default(''), choice: z.enum(['resend']).optional() }),
      who: mayAdd(CODE),
      handler: (ctx, person, { code, choice }) => submitCodePage(ctx, parts, person, page, { code, choice }),
    }),
    defineRoute({
      method: 'GET',
      path: REMOVE,
      name: 'profile.email-code.remove',
      who: sessions.signedIn(BOTH),
      async handler(ctx, person) {
        const standing = await standingOf(person, parts);
        if (!standing.hasEmailCode) return go(ctx, HOME);
        askFirst(ctx, frameOf(ctx, 'security', person, standing), 'remove-email-code', REMOVE);
      },
    }),
    defineRoute({
      method: 'POST',
      path: REMOVE,
      name: 'profile.email-code.remove.submit',
      csrf: 'form',
      who: sessions.signedIn(BOTH, REMOVE),
      handler: (ctx, person) => removeMethod(ctx, parts, person, 'email', REMOVE),
    }),
  ];
}

/** Says where the code goes before one is sent. */
async function ask(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  errors?: FormData['errors'],
): Promise<void> {
  const standing = await standingOf(person, parts);
  askFirst(ctx, frameOf(ctx, 'security', person, standing), 'add-email-code', PATH, errors);
}

const codePage = ({ credentials }: ProfileParts) => ({
  kind: 'email' as const,
  factor: credentials.emailCodes,
  path: CODE,
  startPath: PATH,
  render(ctx: RouteContext, data: FormData, { masked }: { masked: string }, status: number) {
    const page = { ...data, email: masked, otherMethodUrl: HOME };
    renderPage(ctx, 'interactions/email-setup', page, { status, path: CODE });
  },
});
