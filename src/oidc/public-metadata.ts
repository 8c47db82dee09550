import type { KoaContextWithOIDC } from 'oidc-provider';

type Next = () => Promise<void>;

interface Answer {
  headers: Record<string, string | string[]>;
  /** As text: it then leaves in one piece with the headers. */
  body: string;
}

/** Shorter than the time that a new key is published before it signs (X45). */
const CACHE_CONTROL = 'public, max-age=600';

/**
 * Keys and discovery are the same for everyone: the library makes them once, and what it said is said again. They can't be
 * stale, because both follow from a provider's configuration and keys alone, and a provider whose keys change is replaced.
 * Errors stay out of every cache, as all other answers do.
 */
export function repeatPublicMetadata() {
  const answers = new Map<string, Answer>();

  return async function repeat(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
    const name = ctx.path.toLowerCase();
    const known = isPlain(ctx) ? answers.get(name) : undefined;
    if (known) {
      ctx.set(known.headers);
      ctx.body = known.body;
      return;
    }
    const before = new Set(ctx.res.getHeaderNames());
    await next();
    if (ctx.status !== 200) return;
    ctx.set('Cache-Control', CACHE_CONTROL);
    if (!isPlain(ctx)) return;
    const added = Object.entries(ctx.response.headers).filter(([name]) => !before.has(name));
    const headers = { ...Object.fromEntries(added), 'cache-control': CACHE_CONTROL } as Answer['headers'];
    answers.set(name, { headers, body: JSON.stringify(ctx.body) });
  };
}

/** The answer to another origin's script names that origin. */
function isPlain(ctx: KoaContextWithOIDC): boolean {
  return ctx.method === 'GET' && ctx.querystring === '' && !ctx.get('origin');
}
