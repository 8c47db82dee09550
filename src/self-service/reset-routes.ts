import { z } from 'zod';
import type { Accounts } from '#accounts';
import {
  type Credentials,
  newPasswordProblems,
  passwordRuleViews,
  type RuleId,
  unmetRulesText,
} from '#credentials';
import {
  ANYONE,
  clearCookie,
  defineRoute,
  formFields,
  linkHolder,
  type Route,
  type RouteContext,
  renderPage,
  setCookie,
  speak,
} from '#http';
import type { Invitations } from '#invitations';
import { MINUTE, parseEmail, SECOND } from '#kernel';
import type { FormData } from '#rendering';
import type { KnownDevices } from '#sessions';
import { RESET_LINK } from './link-cookies.ts';

const { name: LINK_COOKIE, path: LINK_PATH } = RESET_LINK;
/** Where a log-in begins for whoever came without one under way. */
const OWN_LOG_IN = '/profile';
const HOLDER = linkHolder(RESET_LINK);
/** 32 random bytes in base64url. */
const TOKEN = /^[\w-]{43}$/;

export interface ResetRoutesParts {
  credentials: Pick<Credentials, 'resetLinks' | 'passwords'>;
  invitations: Pick<Invitations, 'remind'>;
  /** The strictest minimum of the person's companies. */
  minLengthFor(accountId: string): Promise<number>;
  /** Path of the log-in from which the person came; undefined for what names none. */
  logInPath(resume: string): string | undefined;
  /** Path that takes up the log-in from which the person came, with their address; undefined when it is gone. */
  resumePath(ctx: RouteContext, resume: string, email: string): Promise<string | undefined>;
  knownDevices: Pick<KnownDevices, 'remember'>;
  accounts: Pick<Accounts, 'byId'>;
  resetsPerMinute: number;
  linkMinutes: number;
}

/** `/forgot-password` and `/reset-password` (D1–D10): the same answer for every address, a link that GET never spends. */
export function resetRoutes(parts: ResetRoutesParts): Route[] {
  const { credentials, resetsPerMinute } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: '/forgot-password',
      name: 'forgot-password',
      who: ANYONE,
      handler: (ctx) => showForgotPassword(ctx, parts, {}),
    }),
    defineRoute({
      method: 'POST',
      path: '/forgot-password',
      name: 'forgot-password.submit',
      who: ANYONE,
      csrf: 'form',
      limit: { bucket: 'reset', perMinute: resetsPerMinute },
      body: z.object({ email: z.string().max(1_000).default(''), again: z.literal('yes').optional() }),
      async handler(ctx, _, { email, again }) {
        const address = parseEmail(email)?.normalized;
        if (!address) return showForgotPassword(ctx, parts, problemWith(email), 422);
        const { origin, locale } = ctx.state;
        const resume = one(ctx.query['resume']);
        const asked = { email, origin, locale, again: again === 'yes', ...(resume && { resume }) };
        // A18: nobody resets a password that was never set; the invitation is what they look for. It goes out beside the
        // longer work, so that an invited address is answered no later than others (D2).
        const [answer] = await Promise.all([
          credentials.resetLinks.request(asked),
          parts.invitations.remind({ address, origin, ...(resume && { resume }) }),
        ]);
        showSent(ctx, email, answer.outcome === 'wait' ? answer.seconds : undefined);
      },
    }),
    defineRoute({
      method: 'GET',
      path: LINK_PATH,
      name: 'reset-password',
      who: HOLDER,
      handler: (ctx, { token }) => showReset(ctx, parts, token),
    }),
    defineRoute({
      method: 'POST',
      path: LINK_PATH,
      name: 'reset-password.submit',
      who: HOLDER,
      csrf: 'form',
      limit: { bucket: 'reset-submit', perMinute: resetsPerMinute * 6 },
      body: z.object({
        password: z.string().default(''),
        confirm: z.string().default(''),
        username: z.string().optional(),
      }),
      handler: (ctx, link, typed) => completeReset(ctx, parts, { ...link, ...typed }),
    }),
  ];
}

/** What no account can have as its address tells nothing of accounts (D2). */
function problemWith(email: string): Pick<FormData, 'errors'> & { email: string } {
  const key = email.trim() === '' ? 'email-required' : 'email-invalid';
  return { email, errors: { email: { key: `interactions:errors.${key}` } } };
}

function showForgotPassword(
  ctx: RouteContext,
  { logInPath }: Pick<ResetRoutesParts, 'logInPath'>,
  problems: Pick<FormData, 'errors'> & { email?: string },
  status = 200,
): void {
  const email = problems.email ?? one(ctx.query['email']);
  const form = formFields(ctx, ctx.url, ctx.path);
  const resume = one(ctx.query['resume']);
  const signInUrl = (resume && logInPath(resume)) || OWN_LOG_IN;
  renderPage(
    ctx,
    'self-service/forgot-password',
    { ...form, ...problems, ...(email && { email }), signInUrl },
    { status },
  );
}

/** D3: the same page after a mail and instead of one that is asked for too early, whatever the address. */
function showSent(ctx: RouteContext, email: string, waitSeconds?: number): void {
  const page = { email: email.trim(), ...formFields(ctx, ctx.url, ctx.path) };
  if (waitSeconds === undefined) {
    renderPage(ctx, 'self-service/forgot-password-sent', page);
    return;
  }
  const wait = { key: 'self-service:forgot-password-sent.wait', params: { seconds: waitSeconds } };
  ctx.set('Retry-After', String(waitSeconds));
  renderPage(ctx, 'self-service/forgot-password-sent', { ...page, errors: { form: wait } }, { status: 429 });
}

/** The first GET moves the token from the address to a cookie (W6); nothing is spent. */
async function showReset(ctx: RouteContext, parts: ResetRoutesParts, kept: string): Promise<void> {
  const token = one(ctx.query['token']);
  if (token !== undefined) {
    // Written by someone else, or cut off by a mail program: no link of ours.
    if (!TOKEN.test(token)) return showDeadLink(ctx, 'unknown');
    setCookie(ctx, LINK_COOKIE, token, {
      path: LINK_PATH,
      // Longer than the link, so that one that ended meanwhile can say so.
      maxAgeSeconds: (2 * parts.linkMinutes * MINUTE) / SECOND,
    });
    ctx.redirect(LINK_PATH);
    ctx.status = 303;
    return;
  }
  await showForm(ctx, parts, kept, {});
}

async function showForm(
  ctx: RouteContext,
  parts: ResetRoutesParts,
  token: string,
  again: { errors?: FormData['errors']; unmet?: readonly RuleId[] },
) {
  const link = await parts.credentials.resetLinks.inspect(token);
  if (link.outcome !== 'valid') return showDeadLink(ctx, link.outcome);
  speak(ctx, { account: link.account });
  const minLength = await parts.minLengthFor(link.account.id);
  const data = {
    ...formFields(ctx, LINK_PATH),
    ...(again.errors && { errors: again.errors }),
    email: link.account.email,
    rules: passwordRuleViews(parts.credentials.passwords.rules({ minLength }), again.unmet),
  };
  renderPage(ctx, 'self-service/reset-password', data, { status: again.errors ? 422 : 200 });
}

async function completeReset(
  ctx: RouteContext,
  parts: ResetRoutesParts,
  { token, password, confirm }: { token: string; password: string; confirm: string },
): Promise<void> {
  const { passwords, resetLinks } = parts.credentials;
  const link = await resetLinks.inspect(token);
  if (link.outcome !== 'valid') return showDeadLink(ctx, link.outcome);
  speak(ctx, { account: link.account });
  const minLength = await parts.minLengthFor(link.account.id);
  const problems = newPasswordProblems({ password, confirm }, passwords.check(password, { minLength }));
  if (problems) return showForm(ctx, parts, token, problems);
  const result = await resetLinks.complete(token, password, minLength, ctx.state.origin);
  switch (result.outcome) {
    case 'refused':
      return showForm(ctx, parts, token, {
        errors: { password: unmetRulesText(result.unmet) },
        unmet: result.unmet,
      });
    case 'done': {
      clearCookie(ctx, LINK_COOKIE, LINK_PATH);
      await rememberBrowser(ctx, parts, link.account.id);
      const resumed = result.resume && (await parts.resumePath(ctx, result.resume, link.account.email));
      return renderPage(ctx, 'self-service/reset-password-done', { signInUrl: resumed || OWN_LOG_IN });
    }
    default:
      return showDeadLink(ctx, result.outcome);
  }
}

/** Whoever goes on guessing from elsewhere locks the person out of this browser no more (X36). */
async function rememberBrowser(
  ctx: RouteContext,
  { accounts, knownDevices }: ResetRoutesParts,
  accountId: string,
): Promise<void> {
  // With the epoch that the reset has just raised.
  const account = await accounts.byId(accountId);
  if (account) knownDevices.remember(ctx, account);
}

/** A used or expired link says so and offers a new one; of an SSO address nothing more is told than of an unknown link. */
function showDeadLink(ctx: RouteContext, outcome: 'used' | 'expired' | 'unknown' | 'sso'): void {
  const reason = outcome === 'sso' ? 'unknown' : outcome;
  renderPage(ctx, 'self-service/link-spent', { reason, newLinkUrl: '/forgot-password' }, { status: 410 });
}

const one = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
