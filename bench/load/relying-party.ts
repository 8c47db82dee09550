import { Pool } from 'undici';
import { authorizationRequest, REDIRECT_URI } from '../../test/support/authorization-request.ts';
import { emailOf, PASSWORD } from '../world.ts';
import { Visitor } from './visitor.ts';

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

/** The applications and the people in front of one target. */
export interface RelyingParty {
  visitor(): Visitor;
  /** A whole log-in with code and PKCE, tokens included; the visitor's session stays. */
  logIn(visitor: Visitor, person: number): Promise<Tokens>;
  /** Once more with the session that is there (prompt=none). */
  logInAgain(visitor: Visitor): Promise<Tokens>;
  refresh(refreshToken: string): Promise<Tokens>;
  clientCredentials(resource: string): Promise<void>;
  userinfo(accessToken: string): Promise<void>;
  introspect(token: string): Promise<void>;
  keys(): Promise<void>;
  close(): Promise<void>;
}

const JSON_TYPE = 'application/json';

export function createRelyingParty(issuer: string, connections: number): RelyingParty {
  const pool = new Pool(issuer, { connections, pipelining: 1 });

  async function call(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    form?: object,
  ): Promise<unknown> {
    const body = form && new URLSearchParams(form as Record<string, string>).toString();
    const type = body ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const answer = await pool.request({
      method,
      path,
      headers: { accept: JSON_TYPE, ...headers, ...type },
      ...(body && { body }),
    });
    if (answer.statusCode !== 200)
      throw new Error(`${path} ${answer.statusCode}: ${await answer.body.text()}`);
    return answer.body.json();
  }

  const token = async (client: string, form: object) =>
    (await call('POST', '/token', basic(client), form)) as Tokens;

  async function codeFlow(
    visitor: Visitor,
    params: Record<string, string>,
    credentials?: { email: string; password: string },
  ): Promise<Tokens> {
    const { path, verifier } = authorizationRequest(params);
    const arrived = await visitor.travel(path, REDIRECT_URI, credentials);
    const code = arrived.searchParams.get('code');
    if (!code) throw new Error(`no code: ${arrived.search}`);
    return token('portal', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    });
  }

  return {
    visitor: () => new Visitor(pool, issuer),
    logIn: (visitor, person) => codeFlow(visitor, {}, { email: emailOf(person), password: PASSWORD }),
    logInAgain: (visitor) => codeFlow(visitor, { prompt: 'none' }),
    refresh: (refresh_token) => token('portal', { grant_type: 'refresh_token', refresh_token }),
    async clientCredentials(resource) {
      await token('machine', { grant_type: 'client_credentials', resource, scope: 'read' });
    },
    async userinfo(accessToken) {
      await call('GET', '/me', { authorization: `Bearer ${accessToken}` });
    },
    async introspect(accessToken) {
      const answer = await call('POST', '/token/introspection', basic('portal'), { token: accessToken });
      if (!(answer as { active: boolean }).active) throw new Error('the token is not active');
    },
    async keys() {
      await call('GET', '/jwks', {});
    },
    close: () => pool.close(),
  };
}

function basic(client: string): Record<string, string> {
  const credentials = `${client}:${client}-secret-of-the-bench`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
