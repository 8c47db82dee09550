// The test identity provider as a process of its own: prints {"issuer"} as its first line and ends when its parent goes.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { Endpoint, Mode } from './mode.ts';
import { type Answer, createProvider, type Provider } from './provider.ts';

const {
  UPSTREAM_HOST = 'localhost',
  UPSTREAM_CLIENT_ID = 'gatehouse',
  UPSTREAM_CLIENT_SECRET = 'upstream secret: 100%',
} = process.env;

const counts: Partial<Record<Endpoint, number>> = {};

async function answer(provider: Provider, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://upstream');
  // Entra's issuers have the tenant in their path.
  const path = url.pathname.replace(/^\/[0-9a-f-]{36}\/v2\.0/, '');
  const body = request.method === 'POST' ? await text(request) : '';
  const { authorization } = request.headers;
  switch (`${request.method} ${path}`) {
    case 'POST /control':
      await provider.control(JSON.parse(body) as Mode);
      return { status: 204 };
    case 'GET /counts':
      return { status: 200, body: counts };
    case 'GET /.well-known/openid-configuration':
      return slowly(provider, 'discovery', () => provider.discovery());
    case 'GET /jwks':
      return slowly(provider, 'jwks', () => provider.jwks());
    case 'GET /authorize':
      return provider.form(url.searchParams);
    case 'POST /sign-in':
      return provider.signIn(new URLSearchParams(body));
    case 'POST /token':
      return slowly(provider, 'token', () => provider.token(new URLSearchParams(body), authorization));
    case 'GET /userinfo':
      return slowly(provider, 'userinfo', () => provider.userinfo(authorization));
    case 'GET /end-session':
      return { status: 303, headers: { location: url.searchParams.get('post_logout_redirect_uri') ?? '/' } };
    default:
      return { status: 404 };
  }
}

async function slowly(
  provider: Provider,
  endpoint: Endpoint,
  good: () => Answer | Promise<Answer>,
): Promise<Answer> {
  counts[endpoint] = (counts[endpoint] ?? 0) + 1;
  const { delayMs, status } = provider.mode();
  if (delayMs?.[endpoint]) await wait(delayMs[endpoint]);
  if (status?.[endpoint]) return { status: status[endpoint], body: 'INTERNAL-UPSTREAM-BODY' };
  return good();
}

let provider: Provider;
const server = createServer(async (request, response) => {
  const { status, headers, body = '' } = await answer(provider, request);
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
});
server.listen(0, UPSTREAM_HOST, async () => {
  const issuer = `http://${UPSTREAM_HOST}:${(server.address() as AddressInfo).port}`;
  provider = await createProvider(issuer, { id: UPSTREAM_CLIENT_ID, secret: UPSTREAM_CLIENT_SECRET });
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
