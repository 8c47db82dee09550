import { jest } from '@jest/globals';
import { CookieJar } from 'tough-cookie';
import { type Connection, createGuardedFetch, type GuardedFetch } from '#federation';
import { systemClock } from '#kernel';
import { startCompanyIdp } from '../../examples/company-idp/main.ts';
import { createOidcConnector } from '../../src/federation/connectors/oidc/oidc-connector.ts';
import { connectionTo } from '../support/upstream/connection.ts';

const CALLBACK = 'http://127.0.0.1:1/federation/acme-idp/callback';
const SECRETS = {
  state: 'uid.state',
  nonce: 'the-nonce',
  codeVerifier: 'a-verifier-of-at-least-forty-three-characters',
};

let idp: Awaited<ReturnType<typeof startCompanyIdp>>;
let guarded: GuardedFetch;
let connector: ReturnType<typeof createOidcConnector>;
const said = jest.fn();

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, method).mockImplementation(said);
  idp = await startCompanyIdp({
    ...{ port: 0, host: 'localhost', name: 'Acme <Builders>' },
    clients: [{ clientId: 'gatehouse', clientSecret: 'idp secret', redirectUris: [CALLBACK] }],
    people: [{ email: 'ada@acme.example', name: 'Ada Acme', givenName: 'Ada' }],
  });
  guarded = createGuardedFetch({ production: false, outboundAllow: [] });
  connector = createOidcConnector({ fetch: guarded.fetch, clock: systemClock, production: false });
});
afterAll(async () => {
  await connector.close();
  await guarded.close();
  await idp.close();
  jest.restoreAllMocks();
});

const connection = (): Connection => connectionTo(idp.issuer, { preset: 'okta', clientSecret: 'idp secret' });

/** A browser without script: follows redirects within the provider, keeps cookies. */
function createBrowser() {
  const jar = new CookieJar();
  return async function visit(
    url: string,
    form?: Record<string, string>,
  ): Promise<{ url: URL; page: string }> {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: await jar.getCookieString(url) },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const cookie of answer.headers.getSetCookie()) await jar.setCookie(cookie, url);
    const location = answer.headers.get('location');
    if (!location) return { url: new URL(url), page: await answer.text() };
    const next = new URL(location, url);
    return next.origin === idp.issuer ? visit(next.href) : { url: next, page: '' };
  };
}

async function leave(more: object = {}): Promise<string> {
  const request = { redirectUri: CALLBACK, ...SECRETS, loginHint: 'ada@acme.example', ...more };
  const leaving = await connector.authorizationUrl(connection(), request);
  return leaving.outcome === 'url' ? leaving.url : leaving.detail;
}

describe('the demonstration provider of a company', () => {
  it('E6 signs a listed person in by one form and sends the browser straight back', async () => {
    const visit = createBrowser();
    const form = await visit(await leave());
    expect(form.page).toContain('Sign in to Acme &#60;Builders&#62;');
    expect(form.page).toContain('value="ada@acme.example"');
    const stranger = await visit(form.url.href, { email: 'eve@acme.example' });
    expect(stranger.page).toContain('Nobody here has this address.');
    const back = await visit(form.url.href, { email: 'Ada@acme.example' });
    expect(await connector.exchange(connection(), { answerUrl: back.url, ...SECRETS })).toMatchObject({
      outcome: 'identity',
      identity: {
        email: 'ada@acme.example',
        emailVerified: true,
        name: 'Ada Acme',
        givenName: 'Ada',
        amr: ['pwd'],
      },
    });
  });

  it('asks nothing while its session lasts, and again on prompt=login', async () => {
    const visit = createBrowser();
    const form = await visit(await leave());
    await visit(form.url.href, { email: 'ada@acme.example' });
    expect((await visit(await leave())).url.origin).toBe(new URL(CALLBACK).origin);
    expect((await visit(await leave({ prompt: 'login', maxAge: 0 }))).page).toContain('Sign in to');
  });

  it('starts and serves without a warning', () => {
    expect(said.mock.calls).toEqual([]);
  });
});
