import { createHash } from 'node:crypto';
import { type Clients, entranceOf, nameOfClient } from '#clients';
import {
  clearCookie,
  defineRoute,
  formFields,
  linkHolder,
  type Route,
  type RouteContext,
  renderPage,
  setCookie,
} from '#http';
import {
  INVITATION_COOKIE,
  type Inspected,
  type Invitation,
  type Invitations,
  WELCOME_PATH,
  welcomeClient,
} from '#invitations';
import { HOUR, type Randomness, SECOND } from '#kernel';

const HOLDER = linkHolder({ name: INVITATION_COOKIE });
/** 32 random bytes in base64url. */
const TOKEN = /^[\w-]{43}$/;
/** Taken up again in this browser, by whoever sits at it next: for no longer than it takes. The mail's link works while it lives. */
const COOKIE_SECONDS = (2 * HOUR) / SECOND;

export interface WelcomeRoutesParts {
  invitations: Pick<Invitations, 'inspect' | 'renew'>;
  clients: Pick<Clients, 'byId'>;
  randomness: Randomness;
  issuer: string;
  brandName: string;
  /** Path that takes up the authorization request at which the person asked for the mail; undefined when it is gone. */
  resumePath(ctx: RouteContext, resume: string): Promise<string | undefined>;
  renewalsPerMinute: number;
}

/** `/welcome`: the mailed link leads into a log-in of our own client; GET and HEAD spend nothing (A8, W6, W19). */
export function welcomeRoutes(parts: WelcomeRoutesParts): Route[] {
  const done = `${WELCOME_PATH}/done`;
  const renew = `${WELCOME_PATH}/new-invitation`;
  return [
    defineRoute({
      method: 'GET',
      path: WELCOME_PATH,
      name: 'welcome',
      who: HOLDER,
      handler: (ctx, { token }) => open(ctx, parts, renew, token),
    }),
    defineRoute({
      method: 'GET',
      path: done,
      name: 'welcome.done',
      who: HOLDER,
      handler: (ctx, { token }) => arrive(ctx, parts, renew, token),
    }),
    defineRoute({
      method: 'POST',
      path: renew,
      name: 'welcome.new-invitation',
      who: HOLDER,
      csrf: 'form',
      limit: { bucket: 'invitation-renewal', perMinute: parts.renewalsPerMinute },
      async handler(ctx, { token }) {
        await parts.invitations.renew(token, ctx.state.origin);
        renderPage(ctx, 'self-service/invitation-requested', {});
      },
    }),
  ];
}

/** The first GET moves the token from the address to a cookie; the second leads on, or says what became of the link. */
async function open(
  ctx: RouteContext,
  parts: WelcomeRoutesParts,
  renew: string,
  token: string,
): Promise<void> {
  const given = [ctx.query['token'] ?? []].flat()[0];
  if (given !== undefined) {
    // Cut off by a mail program, or written by someone else: no link of ours.
    if (!TOKEN.test(given)) return showOver(ctx, { outcome: 'unknown' }, parts, renew);
    setCookie(ctx, INVITATION_COOKIE, given, { maxAgeSeconds: COOKIE_SECONDS });
    return redirect(ctx, WELCOME_PATH);
  }
  const found = await parts.invitations.inspect(token);
  if (found.outcome !== 'open') return showOver(ctx, found, parts, renew);
  redirect(ctx, authorizationPath(found.invitation, ctx.state.locale, parts));
}

/** A request of the built-in client whose code nobody can redeem: its verifier is thrown away. */
function authorizationPath(
  { email }: Invitation,
  locale: string,
  { issuer, brandName, randomness }: WelcomeRoutesParts,
): string {
  const { client_id, redirect_uris } = welcomeClient(issuer, brandName);
  const challenge = createHash('sha256').update(randomness.token()).digest('base64url');
  const query = {
    client_id,
    redirect_uri: redirect_uris[0] ?? '',
    response_type: 'code',
    scope: 'openid',
    state: randomness.id(),
    code_challenge: challenge,
    code_challenge_method: 'S256',
    login_hint: email,
    ui_locales: locale,
  };
  return `/auth?${new URLSearchParams(query)}`;
}

/** A14: logged in and a member; back to where the person wanted to go, or to where the invitation points. */
async function arrive(
  ctx: RouteContext,
  parts: WelcomeRoutesParts,
  renew: string,
  token: string,
): Promise<void> {
  const found = await parts.invitations.inspect(token);
  if (found.outcome === 'open') {
    const reason = ctx.query['error'] === undefined ? 'interrupted' : 'cancelled';
    return renderPage(ctx, 'self-service/invitation-over', { reason, againUrl: WELCOME_PATH });
  }
  if (found.outcome !== 'accepted') return showOver(ctx, found, parts, renew);
  clearCookie(ctx, INVITATION_COOKIE);
  const { resume, clientId } = found.invitation;
  const resumed = resume === undefined ? undefined : await parts.resumePath(ctx, resume);
  const client = clientId === undefined ? undefined : await parts.clients.byId(clientId);
  const next = resumed ?? entranceOf(client, { issuer: parts.issuer, email: found.invitation.email });
  if (next) return redirect(ctx, next);
  renderPage(ctx, 'self-service/welcome-done', client ? { clientName: nameOfClient(client) } : {});
}

async function showOver(
  ctx: RouteContext,
  found: Exclude<Inspected, { outcome: 'open' }>,
  { clients, issuer }: WelcomeRoutesParts,
  renew: string,
): Promise<void> {
  const reason = found.outcome;
  const clientId = 'invitation' in found ? found.invitation.clientId : undefined;
  const client = clientId === undefined ? undefined : await clients.byId(clientId);
  const signInUrl =
    'invitation' in found ? entranceOf(client, { issuer, email: found.invitation.email }) : undefined;
  renderPage(
    ctx,
    'self-service/invitation-over',
    {
      reason,
      ...(reason === 'expired' && { request: formFields(ctx, renew) }),
      ...(reason !== 'expired' && { signInUrl: signInUrl ?? '/profile' }),
      ...((reason === 'revoked' || reason === 'unknown') && { helpUrl: '/help/sign-in' }),
    },
    { status: 410 },
  );
}

function redirect(ctx: RouteContext, path: string): void {
  ctx.redirect(path);
  ctx.status = 303;
}
