import { type Clients, entranceOf, nameOfClient } from '#clients';
import {
  type Admission,
  browserId,
  defineRoute,
  formFields,
  type Limiter,
  type Route,
  type RouteContext,
  readCookie,
  renderPage,
  speak,
} from '#http';
import { INVITATION_COOKIE } from '#invitations';
import { AppError, networkOf, sha256 } from '#kernel';
import type { AuthorizationServer, PendingInteraction } from '#oidc';
import type { KnownDevices, TrustedDevices } from '#sessions';
import type { Dispatched } from './dispatched.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Visitor } from './open-visit.ts';
import type { Step } from './step.ts';
import type { StepName } from './step-name.ts';

export interface InteractionRoutesParts {
  dispatcher: Dispatcher;
  steps: Readonly<Record<StepName, Step>>;
  server: Pick<AuthorizationServer, 'pending' | 'restart' | 'clientOf'>;
  clients: Pick<Clients, 'byId'>;
  issuer: string;
  knownDevices: KnownDevices;
  trustedDevices: TrustedDevices;
  loginsPerMinute: number;
  limiter: Limiter;
  /** To identity providers, of one network. */
  departuresPerMinute: number;
}

/** Where a log-in may be proven by whoever comes; at the address, only with a passkey or, on a single page, a password. */
const PROVING: Readonly<Partial<Record<StepName, { fields?: readonly string[] }>>> = {
  password: {},
  identify: { fields: ['passkey', 'password'] },
};

/** Digest of the browser's own cookie: what progress and copies are bound to. */
export const browserOf = (ctx: RouteContext): string => sha256(browserId(ctx));

/** The interaction that a path of ours belongs to; empty when it is none's. */
export const interactionIn = (path: string): string =>
  /^\/(?:interaction|auth)\/([\w-]+)/.exec(path)?.[1] ?? '';

/** Where a log-in under way goes on; undefined for what can be none's. Whether it still lives, that page finds out. */
export const interactionPath = (uid: string): string | undefined =>
  /^[\w-]+$/.test(uid) ? `/interaction/${uid}` : undefined;

/** `/interaction/:uid` dispatches; each step has its own address below it. */
export function interactionRoutes(parts: InteractionRoutesParts): Route[] {
  const { dispatcher, steps } = parts;
  const names = Object.keys(steps) as StepName[];
  const dispatch = defineRoute({
    method: 'GET',
    path: '/interaction/:uid',
    name: 'interaction',
    who: beginner(parts),
    handler: (ctx, begun) =>
      answerGet(ctx, parts, begun, (pending, visitor) => dispatcher.show(pending, visitor)),
  });
  return [dispatch, ...names.flatMap((name) => stepRoutes(name, parts))];
}

interface Begun {
  /** Undefined: lost, or another browser's; the request may be taken up again where this browser made it. */
  pending: PendingInteraction | undefined;
}

function beginner({ server }: InteractionRoutesParts): Admission<Begun> {
  return {
    who: 'the browser that began the log-in',
    admit: async (ctx) => ({ pending: await server.pending(ctx.req, ctx.res, ctx.params['uid'] ?? '') }),
  };
}

function stepRoutes(name: StepName, parts: InteractionRoutesParts): Route[] {
  const { dispatcher, steps, loginsPerMinute } = parts;
  const path = `/interaction/:uid/${name}`;
  const show = defineRoute({
    method: 'GET',
    path,
    name: `interaction.${name}`,
    who: beginner(parts),
    handler: (ctx, begun) =>
      answerGet(ctx, parts, begun, (pending, visitor) => dispatcher.show(pending, visitor, name)),
  });
  const submit = defineRoute({
    method: 'POST',
    path,
    name: `interaction.${name}.submit`,
    csrf: 'form',
    body: steps[name].fields,
    ...(name in PROVING && {
      limit: { bucket: 'log-in', perMinute: loginsPerMinute, ...PROVING[name] },
    }),
    who: beginner(parts),
    async handler(ctx, { pending }, input) {
      const form = { ...(input as Record<string, string>), ...downloadOf(ctx) };
      const answer = pending
        ? await dispatcher.submit(pending, visitorOf(ctx, pending, parts), name, form)
        : ({ kind: 'lost' } as const);
      if (answer.kind === 'finished') {
        await rememberBrowser(ctx, answer, parts);
        return leave(ctx, answer.url, answer.destination);
      }
      // A form may not lead elsewhere by redirect, and a restarted request may: it moves on from a page.
      if (answer.kind === 'lost')
        return leave(ctx, await restartUrl(ctx, parts, form['email'] ?? form['username']), '');
      send(ctx, answer);
    },
  });
  return [show, submit];
}

async function answerGet(
  ctx: RouteContext,
  parts: InteractionRoutesParts,
  { pending }: Begun,
  answer: (pending: PendingInteraction, visitor: Visitor) => Promise<Dispatched>,
): Promise<void> {
  const dispatched = pending
    ? await answer(pending, visitorOf(ctx, pending, parts))
    : ({ kind: 'lost' } as const);
  // By redirect, of which browsers bear only so many: a page that moves on could go round for ever.
  if (dispatched.kind === 'lost') return redirect(ctx, await restartUrl(ctx, parts));
  if (dispatched.kind !== 'finished') return send(ctx, dispatched);
  await rememberBrowser(ctx, dispatched, parts);
  // A form's answer may have led here (decision 003).
  leave(ctx, dispatched.url, dispatched.destination);
}

function visitorOf(
  ctx: RouteContext,
  pending: PendingInteraction,
  { knownDevices, trustedDevices, limiter, departuresPerMinute }: InteractionRoutesParts,
): Visitor {
  return {
    uid: pending.uid,
    browser: browserOf(ctx),
    ...(pending.client.acceptsInvitation && invitationTokenOf(ctx)),
    origin: ctx.state.origin,
    localeFor: (account) => speak(ctx, { uiLocales: pending.params['ui_locales'], account }),
    form: (step) => formFields(ctx, `/interaction/${pending.uid}/${step}`),
    knownDevice: (account) => knownDevices.of(ctx, account),
    countDeparture: () => limiter.count('departure', networkOf(ctx.state.origin.ip), departuresPerMinute),
    trusts: (account, rule) => trustedDevices.trusts(ctx, account, rule),
  };
}

/** Only a complete log-in makes a browser known, or trusted. */
async function rememberBrowser(
  ctx: RouteContext,
  { signedIn, trust }: Extract<Dispatched, { kind: 'finished' }>,
  { knownDevices, trustedDevices }: InteractionRoutesParts,
): Promise<void> {
  if (signedIn && trust) await trustedDevices.trust(ctx, signedIn, trust);
  else if (signedIn) knownDevices.remember(ctx, signedIn);
}

function invitationTokenOf(ctx: RouteContext): { invitationToken?: string } {
  const invitationToken = readCookie(ctx, INVITATION_COOKIE);
  return invitationToken ? { invitationToken } : {};
}

function send(ctx: RouteContext, dispatched: Exclude<Dispatched, { kind: 'lost' | 'finished' }>): void {
  if (dispatched.kind === 'go') {
    redirect(ctx, dispatched.path);
  } else if (dispatched.kind === 'download') {
    ctx.attachment(dispatched.filename);
    ctx.type = 'text/plain';
    ctx.body = dispatched.text;
  } else {
    const { page, again } = dispatched;
    const status = page.status ?? (again ? (again.status ?? 422) : 200);
    renderPage(ctx, page.view, page.data as never, { status });
  }
}

/** A 200 page that moves on (docs/decisions/003: CSP form-action forbids POST → redirect → elsewhere). */
function leave(ctx: RouteContext, url: string, destination: string): void {
  renderPage(ctx, 'interactions/leave', { url, destination });
}

function redirect(ctx: RouteContext, path: string): void {
  ctx.redirect(path);
  ctx.status = 303;
}

/** "Download" is a second button of the same form. */
function downloadOf(ctx: RouteContext): Record<string, string> {
  return ctx.query['download'] === 'yes' ? { download: 'yes' } : {};
}

/** A dead interaction starts the same request again, with the address that was typed (W4). */
async function restartUrl(ctx: RouteContext, parts: InteractionRoutesParts, email?: string): Promise<string> {
  const uid = ctx.params['uid'] ?? '';
  const changes = email ? { login_hint: email } : undefined;
  const path = await parts.server.restart(uid, browserOf(ctx), changes);
  if (!path) throw new AppError('interaction.lost', 410, { params: await wayBack(uid, parts) });
  return path;
}

/** The relying party's entrance, where a request can't start again: for the page of the refusal. */
async function wayBack(uid: string, { server, clients, issuer }: InteractionRoutesParts) {
  const id = await server.clientOf(uid);
  const client = id === undefined ? undefined : await clients.byId(id);
  const applicationUrl = entranceOf(client, { issuer });
  return client && applicationUrl ? { applicationUrl, application: nameOfClient(client) } : {};
}
