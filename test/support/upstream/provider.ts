import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Mode } from './mode.ts';
import { idToken, makeKey, type SigningKey, withChanges } from './tokens.ts';

export interface UpstreamClient {
  id: string;
  secret: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | object;
}

interface Grant {
  request: URLSearchParams;
  claims: Record<string, unknown>;
}

/** An OpenID provider made to misbehave on demand; knows no HTTP server. `now` is epoch seconds. */
export async function createProvider(issuer: string, client: UpstreamClient) {
  const codes = new Map<string, Grant>();
  const accessTokens = new Map<string, Grant>();
  let mode: Mode = {};
  let key: SigningKey = await makeKey('key-1');
  let rotations = 1;
  const now = () => Math.floor(Date.now() / 1000) + (mode.clockOffset ?? 0);

  return {
    mode: () => mode,
    async control(next: Mode): Promise<void> {
      mode = next;
      if (next.rotateKeys) key = await makeKey(`key-${++rotations}`);
    },

    discovery(): Answer {
      const at = (path: string) => `${issuer}${path}`;
      const document = {
        issuer,
        authorization_endpoint: at('/authorize'),
        token_endpoint: at('/token'),
        userinfo_endpoint: at('/userinfo'),
        jwks_uri: at('/jwks'),
        end_session_endpoint: at('/end-session'),
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      };
      return { status: 200, body: withChanges(document, mode.metadata) };
    },

    jwks: (): Answer => ({ status: 200, body: { keys: [key.publicJwk] } }),

    form(request: URLSearchParams): Answer {
      const hint = escaped(request.get('login_hint') ?? '');
      const page = readFileSync(new URL('./sign-in.html', import.meta.url), 'utf8');
      return html(page.replace('{{hint}}', hint).replace('{{request}}', escaped(request.toString())));
    },

    /** The form was sent: back to the relying party. */
    signIn(form: URLSearchParams): Answer {
      const request = new URLSearchParams(form.get('request') ?? '');
      if (request.get('client_id') !== client.id) return html('unknown client', 400);
      const back = new URL(request.get('redirect_uri') ?? '');
      const code = randomBytes(16).toString('hex');
      codes.set(code, { request, claims: personOf(form.get('email') ?? '', now() - (mode.authAge ?? 0)) });
      const iss = mode.responseIss === undefined ? issuer : mode.responseIss;
      const answer = { state: request.get('state'), iss, ...(mode.error ? { error: mode.error } : { code }) };
      for (const [name, value] of Object.entries(answer))
        if (value !== null) back.searchParams.set(name, value);
      return { status: 303, headers: { location: back.href } };
    },

    async token(form: URLSearchParams, authorization: string | undefined): Promise<Answer> {
      if (!isClient(client, form, authorization, mode.rawBasic === true))
        return { status: 401, body: { error: 'invalid_client' } };
      const grant = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      if (!grant || !provesPkce(grant.request, form))
        return { status: 400, body: { error: 'invalid_grant' } };
      const nonce = grant.request.get('nonce') ?? undefined;
      const audience = { issuer, clientId: client.id, clientSecret: client.secret, now: now() };
      const id_token = await idToken({ ...grant.claims, nonce }, mode, key, audience);
      const access_token = randomBytes(16).toString('hex');
      accessTokens.set(access_token, grant);
      return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: 60, id_token } };
    },

    userinfo(authorization: string | undefined): Answer {
      const grant = accessTokens.get(authorization?.replace(/^Bearer /, '') ?? '');
      return grant
        ? { status: 200, body: withChanges(grant.claims, mode.userinfo) }
        : { status: 401, body: { error: 'invalid_token' } };
    },
  };
}
export type Provider = Awaited<ReturnType<typeof createProvider>>;

/** Everybody may sign in here; `sub` follows from the address. */
function personOf(email: string, authTime: number): Record<string, unknown> {
  const local = email.split('@')[0] ?? '';
  const sub = createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 16);
  return { sub, email, email_verified: true, name: `Upstream ${local}`, auth_time: authTime, amr: ['pwd'] };
}

function isClient(
  client: UpstreamClient,
  form: URLSearchParams,
  authorization: string | undefined,
  raw: boolean,
): boolean {
  if (!authorization)
    return form.get('client_id') === client.id && form.get('client_secret') === client.secret;
  const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  const encode = (text: string) => (raw ? text : new URLSearchParams({ '': text }).toString().slice(1));
  return basic === `${encode(client.id)}:${encode(client.secret)}`;
}

function provesPkce(request: URLSearchParams, form: URLSearchParams): boolean {
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  return request.get('code_challenge_method') === 'S256' && request.get('code_challenge') === challenge;
}

function html(body: string, status = 200): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
