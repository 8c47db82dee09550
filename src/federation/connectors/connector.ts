import type { Connection, UpstreamIdentity } from '../connection.ts';

/** What a person's browser takes to the identity provider. */
export interface AuthorizationRequest {
  redirectUri: string;
  state: string;
  nonce: string;
  /** PKCE verifier; the connector sends its S256 challenge. */
  codeVerifier: string;
  loginHint?: string;
  uiLocales?: string;
  /** Seconds. */
  maxAge?: number;
  prompt?: 'login' | 'select_account';
  acrValues?: readonly string[];
}

/** The browser came back: what it brought, and what the answer must match. */
export interface AuthorizationAnswer {
  /** Our redirect URI with the parameters that the identity provider added. */
  answerUrl: URL;
  state: string;
  nonce: string;
  codeVerifier: string;
}

export type UpstreamProblemCode =
  | 'federation.denied'
  | 'federation.timeout'
  | 'federation.unavailable'
  | 'federation.invalid-answer';

/** `detail` is for the operator's log alone: never tokens, bodies or anything that the identity provider wrote freely. */
export interface UpstreamProblem {
  outcome: 'problem';
  code: UpstreamProblemCode;
  detail: string;
}

/** One protocol's way to an identity provider; the sign-in owns state, binding to the browser, and what the identity is worth. */
export interface Connector {
  authorizationUrl(
    connection: Connection,
    request: AuthorizationRequest,
  ): Promise<{ outcome: 'url'; url: string } | UpstreamProblem>;
  exchange(
    connection: Connection,
    answer: AuthorizationAnswer,
  ): Promise<{ outcome: 'identity'; identity: UpstreamIdentity } | UpstreamProblem>;
}
