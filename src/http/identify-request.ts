import type { RequestLog } from '#ops';
import { clientAddress, createPeers, createTrust } from './client-address.ts';
import type { Middleware, Site } from './http-context.ts';
import { wishedLocale } from './language.ts';
import { RequestState } from './request-state.ts';

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
  const peerOf = createPeers(isTrusted);
  const scheme = site.https ? 'https' : 'http';
  return (ctx, next) => {
    const { headers, socket } = ctx.req;
    const peer = peerOf(socket);
    const claimed = peer.isProxy ? ctx.get('x-correlation-id') : '';
    const correlationId = CORRELATION_ID.test(claimed) ? claimed : site.randomness.id();
    const ip = clientAddress(peer, ctx.get('x-forwarded-for'), isTrusted);
    const userAgent = ctx.get('user-agent').slice(0, LONGEST_USER_AGENT);

    if (peer.isProxy && headers['x-forwarded-host']) headers.host = ctx.get('x-forwarded-host');
    for (const name in headers) {
      if (name === 'forwarded' || name.startsWith('x-forwarded-')) delete headers[name];
    }
    // Whoever reads these further in (the protocol library does) learns what is true: our own scheme, the real client.
    // TLS may end at a proxy: that cookies are Secure follows from this, and so from ISSUER.
    headers['x-forwarded-proto'] = scheme;
    if (ip) headers['x-forwarded-for'] = ip;

    ctx.state = new RequestState({
      site,
      correlationId,
      origin: { correlationId, ...(ip && { ip }), ...(userAgent && { userAgent }) },
      negotiate: () => wishedLocale(ctx, { uiLocales: String(ctx.query['ui_locales'] ?? '') }),
    });
    ctx.set('X-Correlation-Id', correlationId);
    return log.within(correlationId, next);
  };
}
