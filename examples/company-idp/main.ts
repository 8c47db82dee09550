import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Provider } from 'oidc-provider';
import { configurationOf, subjectOf } from './configuration.ts';
import { messagePage, signInPage } from './sign-in-page.ts';

export interface Person {
  email: string;
  name: string;
  givenName?: string;
  familyName?: string;
}

export interface IdpClient {
  clientId: string;
  clientSecret: string;
  redirectUris: readonly string[];
  postLogoutRedirectUris?: readonly string[];
}

export interface CompanyIdpOptions {
  /** 0: any free one. */
  port: number;
  /** A loopback name, part of the issuer. */
  host: string;
  /** Shown as whose provider it is. */
  name?: string;
  clients: readonly IdpClient[];
  /** Everybody who may sign in, by address alone. */
  people: readonly Person[];
}

/** Starts a company's OpenID provider of its own for demonstrations: any listed person signs in by typing the address. */
export async function startCompanyIdp(
  options: CompanyIdpOptions,
): Promise<{ issuer: string; close(): Promise<void> }> {
  const { host, port, name = 'your company', people } = options;
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, configurationOf(options));
  const protocol = provider.callback();

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { uid, params } = await provider.interactionDetails(request, response);
    const hint = typeof params['login_hint'] === 'string' ? params['login_hint'] : '';
    if (request.method !== 'POST') return send(response, 200, signInPage({ name, uid, hint }));
    const typed = (new URLSearchParams(await text(request)).get('email') ?? '').trim();
    const person = people.find(({ email }) => email.toLowerCase() === typed.toLowerCase());
    if (!person)
      return send(
        response,
        200,
        signInPage({ name, uid, hint: typed, problem: 'Nobody here has this address.' }),
      );
    const login = { accountId: subjectOf(person), amr: ['pwd'] };
    await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  }

  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void protocol(request, response);
    interact(request, response).catch(() =>
      send(
        response,
        400,
        messagePage('This sign-in has expired', 'Go back to where you came from and start again.'),
      ),
    );
  });

  return {
    issuer,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, status: number, html: string): void {
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(html);
}
