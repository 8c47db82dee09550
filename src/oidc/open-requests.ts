import type { KoaContextWithOIDC } from 'oidc-provider';
import type { cookieNames } from './configuration.ts';

/** Requests that one browser may have open; each has cookies at paths of its own. */
const MAX_OPEN = 12;

export const OPEN_COOKIE = { name: 'gh_open', path: '/auth' } as const;

export type OpenRequests = ReturnType<typeof createOpenRequests>;

const UID = /^[\w-]{10,64}$/;

/**
 * Keeps the cookies of unfinished log-ins from piling up, as browsers throw out whatever they like beyond some 180, the session
 * among them (W5). A page whose cookies went starts its request again from our copy (W4).
 */
export function createOpenRequests({
  names,
  secure,
}: {
  names: ReturnType<typeof cookieNames>;
  secure: boolean;
}) {
  const name = secure ? `__Secure-${OPEN_COOKIE.name}` : OPEN_COOKIE.name;
  const shared = { httpOnly: true, sameSite: 'lax', secure } as const;

  return {
    /** Notes `uid` as the newest and clears the cookies of those beyond the limit. */
    note(ctx: KoaContextWithOIDC, uid: string): void {
      // Unsigned: whoever changes it clears cookies of their own browser.
      const former = (ctx.cookies.get(name, { signed: false }) ?? '')
        .split('.')
        .filter((one) => UID.test(one));
      const all = [uid, ...former.filter((one) => one !== uid)];
      for (const old of all.slice(MAX_OPEN, MAX_OPEN * 2)) {
        ctx.cookies.set(names.interaction, null, { ...shared, signed: true, path: `/interaction/${old}` });
        ctx.cookies.set(names.resume, null, { ...shared, signed: true, path: `/auth/${old}` });
      }
      const value = all.slice(0, MAX_OPEN).join('.');
      ctx.cookies.set(name, value, { ...shared, signed: false, path: OPEN_COOKIE.path });
    },
  };
}
