import * as oidc from 'openid-client';
import { REDIRECT_URI } from './authorization-request.ts';

export { REDIRECT_URI };

export interface PendingLogIn {
  url: URL;
  codeVerifier: string;
  state: string;
  nonce: string;
}

export interface RelyingParty {
  configuration: oidc.Configuration;
  /** A fresh authorization request; `params` add to or replace its own. */
  begin(params?: Record<string, string>): Promise<PendingLogIn>;
  /** Redeems the code with which the browser arrived. */
  complete(
    pending: PendingLogIn,
    arrivedAt: URL | undefined,
    checks?: oidc.AuthorizationCodeGrantChecks,
  ): Promise<oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers>;
}

interface ClientOptions {
  clientId?: string;
  clientSecret?: string;
  redirectUri?: string;
  scope?: string;
  /** How the client authenticates; client_secret_post otherwise. */
  authentication?: oidc.ClientAuth;
  /** As registered; RS256 otherwise. */
  idTokenAlg?: string;
}

/** openid-client as the relying party, with PKCE, state, nonce and verified ID-token signatures. */
export async function relyingParty(issuer: string, options: ClientOptions = {}): Promise<RelyingParty> {
  const { clientId = 'portal', clientSecret = 'portal-secret', redirectUri = REDIRECT_URI } = options;
  const { scope = 'openid profile email company' } = options;
  const { authentication, idTokenAlg } = options;
  const metadata = {
    client_secret: clientSecret,
    ...(idTokenAlg && { id_token_signed_response_alg: idTokenAlg }),
  };
  const configuration = await oidc.discovery(new URL(issuer), clientId, metadata, authentication, {
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  });
  return {
    configuration,
    async begin(params = {}) {
      const codeVerifier = oidc.randomPKCECodeVerifier();
      const state = oidc.randomState();
      const nonce = oidc.randomNonce();
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...params,
      });
      return { url, codeVerifier, state, nonce };
    },
    complete({ codeVerifier, state, nonce }, arrivedAt, checks = {}) {
      if (!arrivedAt) throw new Error('the browser did not arrive at the relying party');
      return oidc.authorizationCodeGrant(configuration, arrivedAt, {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        ...checks,
      });
    },
  };
}
