import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { sha256 } from '#kernel';
import { oidcOf } from './library-gaps.ts';
import type { Pages } from './pages.ts';
import type { SessionStore } from './session-store.ts';

type Next = () => Promise<void>;

/** Browsers give up after 20 redirects: a retired identifier is forgotten (10 s) before that. */
const ROTATION_PAUSE_MS = 600;

/**
 * A request in flight still carries the cookie from before a rotation: answering it would overwrite the new cookie, i.e. log
 * the person out. It is sent to the same address once more, without Set-Cookie.
 */
export function retryAfterRotation(sessions: Pick<SessionStore, 'isRetired'>, sessionCookie: string) {
  return async function retry(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
    const id = ctx.cookies.get(sessionCookie, { signed: false });
    if (!id) return next();
    if (ctx.method === 'GET' && (await sessions.isRetired(sha256(id)))) {
      await new Promise((resolve) => setTimeout(resolve, ROTATION_PAUSE_MS));
      ctx.status = 303;
      ctx.redirect(ctx.originalUrl);
      return;
    }
    await next();
    const keepsIt = (oidcOf(ctx)?.session as { jti?: string } | undefined)?.jti === id;
    if (keepsIt && (await sessions.isRetired(sha256(id)))) leaveCookieAlone(ctx, sessionCookie);
  };
}

/** Another request rotated the session while this one ran: the browser has, or will have, the newer cookie from there. */
function leaveCookieAlone(ctx: KoaContextWithOIDC, name: string): void {
  const cookies = [ctx.response.get('set-cookie') ?? []].flat();
  const others = cookies.filter(
    (cookie) => !cookie.startsWith(`${name}=`) && !cookie.startsWith(`${name}.sig=`),
  );
  ctx.remove('set-cookie');
  if (others.length > 0) ctx.set('set-cookie', others);
}

/** After the log-out form the browser may go elsewhere only from a page that moves on. */
export function leaveAfterLogOut(pages: Pages) {
  return async function leave(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
    await next();
    const location = ctx.response.get('location');
    if (ctx.method !== 'POST' || oidcOf(ctx)?.route !== 'end_session_confirm' || !location) return;
    const target = new URL(location, ctx.href);
    const stayed = !oidcOf(ctx).params['logout'];
    if (stayed && target.pathname === '/session/end/success') target.searchParams.set('stayed', 'yes');
    pages.leave(ctx, target.href);
  };
}

/** Nobody is signed in, so there is nothing to confirm: on to where the library's self-posting page would lead. */
export function skipEmptyLogOut() {
  return async function skip(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
    await next();
    const oidc = oidcOf(ctx);
    if (oidc?.route !== 'end_session' || ctx.status !== 200 || oidc.session?.accountId) return;
    const { postLogoutRedirectUri, state } = (oidc.session?.state ?? {}) as Record<
      string,
      string | undefined
    >;
    const target = new URL(postLogoutRedirectUri ?? '/session/end/success', ctx.href);
    if (postLogoutRedirectUri && state !== undefined) target.searchParams.set('state', state);
    const language = oidc.params['ui_locales'];
    if (!postLogoutRedirectUri && language) target.searchParams.set('ui_locales', language);
    ctx.status = 303;
    ctx.body = '';
    ctx.redirect(target.href);
  };
}

/** response_mode=form_post posts to the relying party: its origin joins this one page's form-action. */
export function allowFormPost() {
  return async function allow(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
    await next();
    const policy = ctx.response.get('content-security-policy');
    const { params, client } = oidcOf(ctx) ?? {};
    const redirectUri = params?.['redirect_uri'];
    if (!policy || !redirectUri || params['response_mode'] !== 'form_post') return;
    // An error page may carry an address that nobody registered.
    if (!client?.redirectUriAllowed(redirectUri)) return;
    const origin = URL.parse(redirectUri)?.origin;
    if (origin && origin !== 'null') {
      ctx.set(
        'content-security-policy',
        policy.replace("form-action 'self'", (self) => `${self} ${origin}`),
      );
    }
  };
}

type Around = (ctx: KoaContextWithOIDC, next: Next) => Promise<void>;

/** On some paths only: a token request doesn't pass what belongs to log-outs. The library reads paths without regard to case. */
export function onPaths(paths: RegExp, middleware: Around): Around {
  return (ctx, next) => (paths.test(ctx.path) ? middleware(ctx, next) : next());
}

export function useAround(provider: Provider, middlewares: readonly Around[]) {
  for (const middleware of middlewares) provider.use(middleware as never);
}
