import { z } from 'zod';
import { parseNetwork } from '../network.ts';
import { commaList, setting, text, wholeNumber } from '../setting-kinds.ts';

function issuerProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return 'must be an origin: scheme, host and port';
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://';
  if (url.origin === value) return undefined;
  return `must be an origin alone, without path, query or trailing slash: write ${url.origin}`;
}

const issuer = text().superRefine((value, ctx) => {
  const problem = issuerProblem(value);
  if (problem) ctx.addIssue({ code: 'custom', message: problem });
});

const network = text().refine((value) => parseNetwork(value) !== undefined, {
  error: 'must hold addresses or CIDR ranges only',
});

export const serverSection = z.strictObject({
  port: setting(wholeNumber(0, 65_535), {
    env: 'PORT',
    description: 'TCP port to listen on. 0 takes any free port and then needs ISSUER.',
    example: '3000',
  }),
  host: setting(text(), {
    env: 'HOST',
    description: 'Address to listen on. 0.0.0.0 listens on every IPv4 address of the machine.',
    example: '127.0.0.1',
  }),
  issuer: setting(issuer, {
    env: 'ISSUER',
    description:
      'The one public origin. Every link, cookie and token is made from it; requests for another host get 421. https in production.',
    example: 'https://id.example.com',
    derived: 'http://localhost:$PORT',
  }),
  trustedProxies: setting(commaList(network), {
    env: 'TRUSTED_PROXIES',
    description:
      'Reverse proxies whose X-Forwarded-For, X-Forwarded-Host and X-Correlation-Id are believed. Of anyone else they are ignored.',
    example: '10.0.0.0/8,192.0.2.7',
  }),
  requestTimeoutSeconds: setting(wholeNumber(1, 600), {
    env: 'REQUEST_TIMEOUT_SECONDS',
    description: 'Seconds after which an unanswered request gets 408.',
    example: '30',
  }),
  workers: setting(
    z.union([z.literal('auto'), wholeNumber(1, 64)], {
      error: 'must be auto or a whole number from 1 to 64',
    }),
    {
      env: 'WORKERS',
      description:
        'Processes that share the port, so that all processors are used; auto takes as many as there are processors. One that dies is replaced.',
      example: 'auto',
    },
  ),
  drainSeconds: setting(wholeNumber(0, 300), {
    env: 'DRAIN_SECONDS',
    description:
      'Seconds between SIGTERM, from which on /health/ready answers 503, and the end of new connections: longer than a load balancer takes to notice.',
    example: '10',
    derived: '5 in production, 0 elsewhere',
  }),
  metricsPort: setting(wholeNumber(0, 65_535).exactOptional(), {
    env: 'METRICS_PORT',
    description:
      'Port of its own for /metrics (Prometheus), listening on METRICS_HOST. Unset: no metrics are served.',
    example: '9464',
  }),
  metricsHost: setting(text(), {
    env: 'METRICS_HOST',
    description:
      'Address on which METRICS_PORT listens, whatever HOST says: /metrics asks nobody who they are.',
    example: '127.0.0.1',
  }),
});
