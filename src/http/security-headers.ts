import type { Middleware, Site } from './http-context.ts';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const NO_FEATURES = ['camera', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');

/**
 * On every answer, errors included (X20). Set before anything else answers, so that the protocol library can extend
 * the policy of its own pages and an answer that may be cached can say so.
 */
export function setSecurityHeaders(site: Site): Middleware {
  return (ctx, next) => {
    ctx.set({
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Permissions-Policy': NO_FEATURES,
      'Cache-Control': 'no-store',
    });
    if (site.https) ctx.set('Strict-Transport-Security', 'max-age=31536000');
    return next();
  };
}
