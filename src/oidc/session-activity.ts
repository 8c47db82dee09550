import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { SECOND } from '#kernel';
import { type GrantFields, oidcOf, type SessionFields } from './library-gaps.ts';
import { sessionLifetime } from './session-lifetime.ts';

/** Written anew only when this part of the idle time is gone, so that busy applications don't write on each refresh. */
const WORTH_WRITING = 0.1;

interface BoundToken {
  expiresWithSession?: boolean;
  sessionUid?: string;
}

/** Work in an application counts as activity: a refresh moves the idle time of the sign-in it belongs to (H14). */
export function countRefreshAsActivity(absoluteMs: number) {
  return async function count(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
    await next();
    const oidc = oidcOf(ctx);
    if (oidc?.route !== 'token' || oidc.params?.['grant_type'] !== 'refresh_token' || ctx.status !== 200)
      return;
    const token = oidc.entities['RefreshToken'] as BoundToken;
    const { idleSeconds } = oidc.entities['Grant'] as GrantFields;
    if (!idleSeconds || !token.expiresWithSession || !token.sessionUid) return;
    const session = await oidc.provider.Session.findByUid(token.sessionUid);
    if (!session) return;
    await slide(session, absoluteMs);
  };
}

type Session = NonNullable<Awaited<ReturnType<Provider['Session']['findByUid']>>>;

/** Moves the end of the idle time; `changed`: something else of the session is to be written in any case. */
export async function slide(session: Session, absoluteMs: number, changed = false): Promise<void> {
  const lifetime = sessionLifetime(session as unknown as SessionFields, absoluteMs);
  const remaining = Number(session.exp) - Math.floor(Date.now() / SECOND);
  if (changed || remaining < lifetime * (1 - WORTH_WRITING)) await session.save(lifetime);
}
