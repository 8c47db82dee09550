import type { HttpContext, Site } from './http-context.ts';

/** A cookie of ours: its plain name, and its path when that is not "/". */
export interface CookieName {
  name: string;
  path?: string;
}

export interface CookieOptions {
  /** Absent: until the browser closes. */
  maxAgeSeconds?: number;
  path?: string;
  /** False for values that are no secret and prove nothing. */
  signed?: boolean;
}

/** `__Host-` for the whole site and `__Secure-` for a path under https; plain on an http issuer, where browsers refuse both. */
export function cookieName(site: Pick<Site, 'https'>, { name, path = '/' }: CookieName): string {
  if (!site.https) return name;
  return path === '/' ? `__Host-${name}` : `__Secure-${name}`;
}

/** HttpOnly, SameSite=Lax, Secure under https, signed with the newest key. */
export function setCookie(ctx: HttpContext, name: string, value: string, options: CookieOptions = {}): void {
  const { path = '/', maxAgeSeconds, signed = true } = options;
  ctx.cookies.set(cookieName(ctx.state.site, { name, path }), value, {
    path,
    signed,
    httpOnly: true,
    sameSite: 'lax',
    overwrite: true,
    ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds * 1000 }),
  });
}

/** `undefined` when absent, or signed with no key of ours. */
export function readCookie(
  ctx: HttpContext,
  name: string,
  { path = '/', signed = true }: CookieOptions = {},
): string | undefined {
  return ctx.cookies.get(cookieName(ctx.state.site, { name, path }), { signed }) || undefined;
}

export function clearCookie(ctx: HttpContext, name: string, path = '/'): void {
  ctx.cookies.set(cookieName(ctx.state.site, { name, path }), null, {
    path,
    signed: true,
    httpOnly: true,
    sameSite: 'lax',
    overwrite: true,
  });
}

/** Expires each of `names`, whether this browser has it or not, signatures included (B15). */
export function clearAllCookies(ctx: HttpContext, names: readonly CookieName[]): void {
  for (const { name, path } of names) clearCookie(ctx, name, path);
}
