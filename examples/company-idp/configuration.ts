import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Configuration, JWK } from 'oidc-provider';
import type { CompanyIdpOptions, Person } from './main.ts';
import { createMemoryAdapters } from './memory-adapter.ts';
import { messagePage } from './sign-in-page.ts';

const HOUR = 60 * 60;

/** A plain OpenID provider for one company: code flow, claims in the ID token, no consent page. */
export function configurationOf({ clients, people }: CompanyIdpOptions): Configuration {
  return {
    adapter: createMemoryAdapters(),
    jwks: { keys: [signingKey()] },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      // Cookies ignore ports: names of its own keep them apart from another provider's on this host.
      names: { session: 'company_idp', interaction: 'company_idp_interaction', resume: 'company_idp_resume' },
    },
    clients: clients.map(({ clientId, clientSecret, redirectUris, postLogoutRedirectUris = [] }) => ({
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [...redirectUris],
      post_logout_redirect_uris: [...postLogoutRedirectUris],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: 'ES256',
    })),
    claims: {
      openid: ['sub', 'amr'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name'],
    },
    conformIdTokenClaims: false,
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    responseTypes: ['code'],
    scopes: ['openid', 'email', 'profile'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, ...logoutPages } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    async findAccount(_ctx, sub) {
      const person = people.find((one) => subjectOf(one) === sub);
      return person && { accountId: sub, claims: () => claimsOf(person) };
    },
    async loadExistingGrant(ctx) {
      const { session, client, provider } = ctx.oidc;
      if (!session?.accountId || !client) return undefined;
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    async renderError(ctx, out) {
      ctx.type = 'html';
      ctx.body = messagePage('Something went wrong', out.error_description ?? out.error);
    },
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 60,
      Grant: HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
      Session: 8 * HOUR,
    },
  };
}

/** Stays the same for a person as long as the address does, also over restarts. */
export function subjectOf({ email }: Person): string {
  return createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 20);
}

const logoutPages: NonNullable<Configuration['features']>['rpInitiatedLogout'] = {
  async logoutSource(ctx, form) {
    ctx.body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign out</title><h1>Sign out?</h1>${form}
      <button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button></html>`;
  },
  async postLogoutSuccessSource(ctx) {
    ctx.body = messagePage('Signed out', 'You may close this page.');
  },
};

function claimsOf(person: Person) {
  const { email, name, givenName, familyName } = person;
  const names = {
    ...(givenName && { given_name: givenName }),
    ...(familyName && { family_name: familyName }),
  };
  return { sub: subjectOf(person), email, email_verified: true, name, ...names };
}

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' } as JWK;
}
