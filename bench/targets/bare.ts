import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { verify } from '@node-rs/argon2';
import { exportJWK, generateKeyPair } from 'jose';
import { type ClientMetadata, type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { BenchWorld } from '../world.ts';

/**
 * What Gatehouse is compared with: oidc-provider alone on its in-memory adapter, with the same clients, algorithms, claims
 * and token rules, and the least interaction that checks the same password hash. BOOTSTRAP_FILE, ISSUER and PORT as for Gatehouse.
 */
const { ISSUER = '', PORT = '', BOOTSTRAP_FILE = '' } = process.env;
const world = JSON.parse(readFileSync(BOOTSTRAP_FILE, 'utf8')) as BenchWorld;
const people = new Map(world.accounts.map((account) => [account.email, account]));
const resources = new Map(world.resources.map((resource) => [resource.indicator, resource]));

const provider = new Provider(ISSUER, await configuration());
const answerProtocol = provider.callback();

createServer(async (req, res) => {
  try {
    const uid = /^\/interaction\/([\w-]+)$/.exec(req.url ?? '')?.[1];
    if (!uid) return await answerProtocol(req, res);
    if (req.method === 'GET')
      return void res.writeHead(200, { 'content-type': 'text/html' }).end(logInPage(uid));
    const form = new URLSearchParams(await bodyOf(req));
    const account = people.get(form.get('email') ?? '');
    const isRight = account?.passwordHash && (await verify(account.passwordHash, form.get('password') ?? ''));
    if (!isRight) return void res.writeHead(401).end();
    await provider.interactionFinished(req, res, { login: { accountId: account.email } });
  } catch (error) {
    res.writeHead(500).end(String(error));
  }
}).listen(Number(PORT), '127.0.0.1');

async function configuration(): Promise<Configuration> {
  return {
    clients: world.clients.map(({ first_party: _ours, ...client }) => ({
      ...client,
      ...(client.redirect_uris.length === 0 && { response_types: [] }),
    })) as ClientMetadata[],
    jwks: { keys: await Promise.all(['RS256', 'ES256', 'EdDSA'].map(signingKey)) } as never,
    cookies: { keys: ['bench-cookie-key'], long: { signed: true }, short: { signed: true } },
    claims: { openid: ['sub'], profile: ['name', 'locale'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => {
      const account = people.get(sub);
      return account && { accountId: sub, claims: () => claimsOf(account) };
    },
    loadExistingGrant,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => true,
    pkce: { required: () => true },
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      ClientCredentials: 600,
      Grant: 1_209_600,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 1_209_600,
      Session: 1_209_600,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      backchannelLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, _client, oneOf) => [...(oneOf ?? [])],
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, indicator) => ({
          audience: indicator,
          scope: resources.get(indicator)?.scopes.join(' ') ?? '',
          accessTokenTTL: 300,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: resources.get(indicator)?.signingAlg ?? 'ES256' } },
        }),
      },
    },
  };
}

async function signingKey(alg: string): Promise<object> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: alg };
}

function claimsOf({ email, name }: BenchWorld['accounts'][number]) {
  return { sub: email, name, email, email_verified: true };
}

/** No consent, as for Gatehouse's first-party clients. */
async function loadExistingGrant(ctx: KoaContextWithOIDC) {
  const { session, client, params } = ctx.oidc;
  const clientId = client?.clientId ?? '';
  const known = session?.grantIdFor(clientId);
  const grant = known
    ? await ctx.oidc.provider.Grant.find(known)
    : new ctx.oidc.provider.Grant({ clientId, accountId: session?.accountId ?? '' });
  if (grant && !known) {
    grant.addOIDCScope(String(params?.['scope']));
    await grant.save();
  }
  return grant;
}

function logInPage(uid: string): string {
  return `<form method="post" action="/interaction/${uid}"><input type="email" name="email" value=""><input type="password" name="password" value=""></form>`;
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of req) body += chunk;
  return body;
}
