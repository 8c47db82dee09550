import { z } from 'zod';
import { NUMBER_REFUSALS } from '#credentials';
import { defineRoute, formFields, narrowed, type Route, type RouteContext, renderPage } from '#http';
import type { FormData } from '#rendering';
import type { Freshness, SignedIn } from '#sessions';
import { frameOf, go } from './frame.ts';
import type { ProfileParts } from './parts.ts';
import { askFirst } from './question.ts';
import { removeMethod } from './remove-method.ts';
import {
  codeRequestOf,
  type Problem,
  sendingProblem,
  showCodePage,
  submitCodePage,
} from './sent-code-page.ts';
import { maySetUpPhone, standingOf } from './standing.ts';

const HOME = '/profile/security';
const PATH = `${HOME}/phone`;
const CODE = `${PATH}/code`;
const REMOVE = `${PATH}/remove`;

/** X34; K6: with a number there, its code or another method's was given in the last five minutes. */
const BOTH: Freshness = { primary: true, factor: true };

const numberForm = z.object({
  country: z.string().max(2).default(''),
  phone: z.string().max(60).default(''),
});

/** "Add Phone Number", "Change Phone Number" (K5, G28): the former number is good until a code proves the new one. */
export function phoneRoutes(parts: ProfileParts): Route[] {
  const { sessions } = parts;
  const mayAdd = (returnTo?: string) =>
    narrowed(sessions.signedIn(BOTH, returnTo), {
      who: 'where text messages may be their second factor',
      isFurther: async (person) => maySetUpPhone(await standingOf(person, parts), parts),
      otherwise: HOME,
    });
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.phone',
      who: mayAdd(),
      handler: (ctx, person) => showNumber(ctx, parts, person, { country: '', phone: '' }),
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.phone.submit',
      csrf: 'form',
      limit: { bucket: 'phone-set-up', perMinute: 20 },
      body: numberForm,
      who: mayAdd(PATH),
      handler: (ctx, person, typed) => sendCode(ctx, parts, person, typed),
    }),
    defineRoute({
      method: 'GET',
      path: CODE,
      name: 'profile.phone.code',
      who: mayAdd(),
      handler: (ctx, person) => showCodePage(ctx, person, codePage(parts)),
    }),
    defineRoute({
      method: 'POST',
      path: CODE,
      name: 'profile.phone.code.submit',
      csrf: 'form',
      body: z.object({ code: z.string().max(200).default(''), choice: z.enum(['resend']).optional() }),
      who: mayAdd(CODE),
      handler: (ctx, person, { code, choice }) =>
        submitCodePage(ctx, parts, person, codePage(parts), { code, choice }),
    }),
    defineRoute({
      method: 'GET',
      path: REMOVE,
      name: 'profile.phone.remove',
      who: sessions.signedIn(BOTH),
      async handler(ctx, person) {
        const standing = await standingOf(person, parts);
        if (!standing.hasPhone) return go(ctx, HOME);
        askFirst(ctx, frameOf(ctx, 'security', person, standing), 'remove-phone', REMOVE);
      },
    }),
    defineRoute({
      method: 'POST',
      path: REMOVE,
      name: 'profile.phone.remove.submit',
      csrf: 'form',
      who: sessions.signedIn(BOTH, REMOVE),
      handler: (ctx, person) => removeMethod(ctx, parts, person, 'sms', REMOVE),
    }),
  ];
}

const codePage = ({ credentials }: ProfileParts) => ({
  kind: 'sms' as const,
  factor: credentials.phones,
  path: CODE,
  startPath: PATH,
  render(ctx: RouteContext, data: FormData, { masked }: { masked: string }, status: number) {
    const page = { ...data, number: masked, otherNumberUrl: PATH, otherMethodUrl: HOME };
    renderPage(ctx, 'interactions/sms-setup-code', page, { status, path: CODE });
  },
});

async function sendCode(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  typed: z.infer<typeof numberForm>,
): Promise<void> {
  const { phones } = parts.credentials;
  const again = (key: string) => showNumber(ctx, parts, person, typed, { errors: { phone: { key } } });
  if (typed.phone.trim() === '') return again('credentials:phone-required');
  const { payments } = (await standingOf(person, parts)).policy.mfa;
  const read = await phones.readNumber(typed.phone, typed.country, payments);
  if (read.outcome !== 'ok') return again(NUMBER_REFUSALS[read.outcome]);
  const request = { ...codeRequestOf(ctx, person), number: read.number, country: typed.country };
  const problem = sendingProblem(await phones.begin(request), 'sms');
  if (problem) return showNumber(ctx, parts, person, typed, problem);
  go(ctx, CODE);
}

async function showNumber(
  ctx: RouteContext,
  parts: ProfileParts,
  person: SignedIn,
  typed: z.infer<typeof numberForm>,
  problem?: Problem,
): Promise<void> {
  const { payments } = (await standingOf(person, parts)).policy.mfa;
  const countries = await parts.credentials.phones.countries(payments);
  const chosen = typed.country || countries[0]?.code;
  const data = {
    ...formFields(ctx, PATH),
    ...(problem && { errors: problem.errors }),
    countries: countries.map((one) => ({ ...one, selected: one.code === chosen })),
    phone: typed.phone,
    payee: payments === 'payee',
    otherMethodUrl: HOME,
    voidsRecoveryCode: true,
  };
  const status = problem ? (problem.status ?? 422) : 200;
  renderPage(ctx, 'interactions/sms-setup', data, { status, path: PATH });
}
