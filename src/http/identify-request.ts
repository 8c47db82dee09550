import type { RequestLog } from '#ops';
import { clientAddress, createTrust, type IsTrusted, plainAddress } from './client-address.ts';
import type { Middleware, Site } from './http-context.ts';
import { speak } from './language.ts';

const CORRELATION_ID = /^[\w.-]{8,64}$/;
const LONGEST_USER_AGENT = 256;

interface Options {
  site: Site;
  log: RequestLog;
  trustedProxies: readonly string[];
}

/**
 * First of all: who asks, in which language, under which correlation id; everything logged further in carries that id.
 * What a proxy says counts only when the proxy is trusted; of everybody else such headers are removed (X46).
 */
export function identifyRequest({ site, log, trustedProxies }: Options): Middleware {
  const isTrusted = createTrust(trustedProxies);
  return (ctx, next) => {
    const { headers } = ctx.req;
    const fromProxy = comesFromProxy(ctx.req.socket.remoteAddress, isTrusted);
    const claimed = ctx.get('x-correlation-id');
    const correlationId = fromProxy && CORRELATION_ID.test(claimed) ? claimed : site.randomness.id();
    const ip = clientAddress(ctx.req.socket.remoteAddress, ctx.get('x-forwarded-for'), isTrusted);
    const userAgent = ctx.get('user-agent').slice(0, LONGEST_USER_AGENT);

    if (fromProxy && headers['x-forwarded-host']) headers.host = ctx.get('x-forwarded-host');
    for (const name of Object.keys(headers)) {
      if (name === 'forwarded' || name.startsWith('x-forwarded-')) delete headers[name];
    }
    // Whoever reads these further in (the protocol library does) learns what is true: our own scheme, the real client.
    headers['x-forwarded-proto'] = site.https ? 'https' : 'http';
    if (ip) headers['x-forwarded-for'] = ip;

    ctx.state.site = site;
    ctx.state.correlationId = correlationId;
    ctx.state.origin = { correlationId, ...(ip ? { ip } : {}), ...(userAgent ? { userAgent } : {}) };
    // TLS may end at a proxy: whether cookies are Secure follows from ISSUER.
    (ctx.cookies as { secure?: boolean }).secure = site.https;
    speak(ctx, { uiLocales: String(ctx.query['ui_locales'] ?? '') });
    ctx.set('X-Correlation-Id', correlationId);
    return log.within(correlationId, next);
  };
}

function comesFromProxy(peer: string | undefined, isTrusted: IsTrusted): boolean {
  return isTrusted(plainAddress(peer ?? ''));
}
