import { z } from 'zod';
import type { ReadNumber } from '#credentials';
import { defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
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

const NUMBER_PROBLEMS: Record<Exclude<ReadNumber['outcome'], 'ok'>, string> = {
  'other-country': 'interactions:errors.phone-country',
  impossible: 'interactions:errors.phone-impossible',
  'no-messages': 'interactions:errors.phone-no-messages',
};

const numberForm = z.object({
  country: z.string().max(2).default(''),
  phone: z.string().max(60).default(''),
});

/** "Add Phone Number", "Change Phone Number" (K5, G28): the former number is good until a code proves the new one. */
export function phoneRoutes(parts: ProfileParts): Route[] {
  const allowed = async (ctx: RouteContext, returnTo?: string) => {
    const person = await parts.sessions.require(ctx, BOTH, returnTo);
    if (!person) return undefined;
    if (maySetUpPhone(await standingOf(person, parts), parts)) return person;
    go(ctx, HOME);
    return undefined;
  };
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'profile.phone',
      async handler(ctx) {
        const person = await allowed(ctx);
        if (person) await showNumber(ctx, parts, person, { country: '', phone: '' });
      },
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'profile.phone.submit',
      csrf: 'form',
      limit: { bucket: 'phone-set-up', perMinute: 20 },
      body: numberForm,
      async handler(ctx, typed) {
        const person = await allowed(ctx, PATH);
        if (person) await sendCode(ctx, parts, person, typed);
      },
    }),
    defineRoute({
      method: 'GET',
      path: CODE,
      name: 'profile.phone.code',
      async handler(ctx) {
        const person = await allowed(ctx);
        if (person) await showCodePage(ctx, person, codePage(parts));
      },
    }),
    defineRoute({
      method: 'POST',
      path: CODE,
      name: 'profile.phone.code.submit',
      csrf: 'form',
      body: z.object({ code: z.string().max(200).default(''), choice: z.enum(['resend']).optional() }),
      async handler(ctx, { code, choice }) {
        const person = await allowed(ctx, CODE);
        if (person) await submitCodePage(ctx, parts, person, codePage(parts), { code, choice });
      },
    }),
    defineRoute({
      method: 'GET',
      path: REMOVE,
      name: 'profile.phone.remove',
      async handler(ctx) {
        const person = await parts.sessions.require(ctx, BOTH);
        if (!person) return;
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
      async handler(ctx) {
        const person = await parts.sessions.require(ctx, BOTH, REMOVE);
        if (person) await removeMethod(ctx, parts, person, 'sms', REMOVE);
      },
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
  if (typed.phone.trim() === '') return again('interactions:errors.phone-required');
  const { payments } = (await standingOf(person, parts)).policy.mfa;
  const read = await phones.readNumber(typed.phone, typed.country, payments);
  if (read.outcome !== 'ok') return again(NUMBER_PROBLEMS[read.outcome]);
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
  };
  const status = problem ? (problem.status ?? 422) : 200;
  renderPage(ctx, 'interactions/sms-setup', data, { status, path: PATH });
}
