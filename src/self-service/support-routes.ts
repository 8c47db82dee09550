import { z } from 'zod';
import { ANYONE, defineRoute, formFields, type Route, type RouteContext, renderPage } from '#http';
import { AppError, networkOf, parseEmail } from '#kernel';
import type { FormData, TextRef } from '#rendering';
import { LONGEST, type Support } from '#support';

const PATH = '/support';
const CONTACT_PATH = '/support/contact';

/** Exactly these three (N2); where to answer is asked once the case is there. */
const FACTS = ['fullName', 'companyName', 'projects'] as const;

/** `/support`: who forgot their address and can't ask an administrator. The answer is the same for everybody. */
export function supportRoutes({ support }: { support: Pick<Support, 'open' | 'addContact'> }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      name: 'support',
      who: ANYONE,
      handler: (ctx) => renderPage(ctx, 'self-service/support', { ...formFields(ctx, PATH), typed: {} }),
    }),
    defineRoute({
      method: 'POST',
      path: PATH,
      name: 'support.submit',
      who: ANYONE,
      csrf: 'form',
      limit: { bucket: 'support', perMinute: 5 },
      body: z.object({
        fullName: z.string().max(4_000).default(''),
        companyName: z.string().max(4_000).default(''),
        projects: z.string().max(8_000).default(''),
      }),
      async handler(ctx, _, form) {
        const typed = tidied(form);
        const errors = problemsOf(typed);
        if (errors) {
          const data = { ...formFields(ctx, PATH), typed, errors };
          return renderPage(ctx, 'self-service/support', data, { status: 422 });
        }
        const { origin, locale } = ctx.state;
        const network = networkOf(origin.ip);
        const { id, contactKey } = await support.open({ ...typed, locale, network, origin });
        showReceived(ctx, { id, contactKey });
      },
    }),
    defineRoute({
      method: 'POST',
      path: CONTACT_PATH,
      name: 'support.contact',
      who: ANYONE,
      csrf: 'form',
      limit: { bucket: 'support', perMinute: 5 },
      body: z.object({
        id: z.string().regex(/^\d{10}$/),
        contactKey: z.string().regex(/^[\w-]{43}$/),
        replyTo: z.string().max(1_000).default(''),
      }),
      async handler(ctx, _, { id, contactKey, replyTo }) {
        const email = parseEmail(replyTo);
        if (!email || email.display.length > LONGEST.replyTo) {
          const key =
            replyTo.trim() === ''
              ? 'interactions:errors.email-required'
              : 'interactions:errors.email-invalid';
          const errors = { replyTo: { key } };
          return showReceived(ctx, { id, contactKey, replyTo, errors }, 422);
        }
        if (!(await support.addContact(contactKey, id, email.display))) throw new AppError('not-found', 404);
        renderPage(ctx, 'self-service/support-reachable', { id, email: email.display });
      },
    }),
  ];
}

type Facts = Record<(typeof FACTS)[number], string>;

/** Blanks at the ends and doubled ones go; nothing else of what was written. */
function tidied(form: Facts): Facts {
  const tidy = (text: string) => text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return {
    fullName: tidy(form.fullName),
    companyName: tidy(form.companyName),
    projects: tidy(form.projects),
  };
}

function problemsOf(typed: Facts): FormData['errors'] | undefined {
  const problems = FACTS.flatMap((field): [string, TextRef][] => {
    if (typed[field] === '') return [[field, { key: 'self-service:support.required' }]];
    if (typed[field].length <= LONGEST[field]) return [];
    return [[field, { key: 'self-service:support.too-long', params: { limit: LONGEST[field] } }]];
  });
  return problems.length > 0 ? Object.fromEntries(problems) : undefined;
}

function showReceived(
  ctx: RouteContext,
  { errors, ...data }: { id: string; contactKey: string; replyTo?: string; errors?: FormData['errors'] },
  status = 200,
): void {
  const form = formFields(ctx, CONTACT_PATH);
  // A GET of this address has nothing to show: the language links lead to the form.
  const page = { status, path: PATH };
  renderPage(ctx, 'self-service/support-received', { ...form, ...data, ...(errors && { errors }) }, page);
}
