import type { Admission } from './admission.ts';
import { type CookieName, readCookie } from './cookies.ts';

/** Whoever opened a link that was mailed: its token waits in a cookie of this browser (W6). What it is worth is for the handler to ask. */
export function linkHolder({ name, path }: CookieName): Admission<{ token: string }> {
  return {
    who: 'whoever holds the mailed link',
    admit: (ctx) => ({ token: readCookie(ctx, name, path ? { path } : {}) ?? '' }),
  };
}
