import type { Account } from '#accounts';
import type { RequestOrigin } from '#audit';
import type { Connection, UpstreamIdentity } from './connection.ts';
import type { UpstreamProblemCode } from './connectors/connector.ts';

/** A demand for a fresh proof, forwarded and then checked (W18, X15). */
export interface Freshness {
  /** Seconds; 0 demands a proof made during this very round trip. */
  maxAge?: number;
  prompt?: 'login' | 'select_account';
}

export interface BeginSignIn {
  connection: Connection;
  interactionUid: string;
  /** Digest of the browser's own cookie; the answer must come from the same browser. */
  browserHash: string;
  loginHint?: string;
  freshness?: Freshness;
  acrValues?: readonly string[];
  locale?: string;
  /** Re-authentication: the account that must come back. */
  reauthOf?: string;
}

export type BeginOutcome =
  | { outcome: 'redirect'; url: string }
  | { outcome: 'problem'; code: UpstreamProblemCode | 'federation.disabled'; detail: string };

export interface CompleteSignIn {
  /** From the path of the redirect URI. */
  connectionId: string;
  callbackUrl: URL;
  browserHash: string;
}

/** What the sign-in was begun for. */
export interface SignInFlow {
  interactionUid: string;
  connectionId: string;
  startedAt: number;
  reauthOf?: string;
}

export type SignInProblemCode = UpstreamProblemCode | 'federation.disabled' | 'federation.expired';

export type CompleteOutcome =
  | {
      outcome: 'identity';
      identity: UpstreamIdentity;
      flow: SignInFlow;
      connection: Connection;
      /** 'unproven': freshness was demanded, but this IdP's auth_time says nothing; ask a local factor or refuse (W18). */
      freshness: 'not-asked' | 'proven' | 'unproven';
    }
  | {
      outcome: 'problem';
      code: SignInProblemCode;
      /** Where to send the person; a hint only, as the interaction is bound to the browser by itself. */
      interactionUid?: string;
      /** For the operator's log alone. */
      detail: string;
    };

export interface ResolveIdentity {
  identity: UpstreamIdentity;
  connection: Connection;
  /** Re-authentication: any other account is refused before anything is written. */
  reauthOf?: string;
  /** An account that the same person proved in this interaction by other means (password, mailed invitation): may be linked (W8). */
  provenAccountId?: string;
  origin?: RequestOrigin;
}

export type ResolveRefusal =
  | 'federation.foreign-domain'
  | 'federation.not-provisioned'
  | 'federation.link-conflict'
  | 'federation.disabled'
  | 'federation.account-mismatch'
  | 'permission-denied';

export type ResolveOutcome =
  | {
      outcome: 'signed-in';
      account: Account;
      membershipCreated: boolean;
      linked: 'existing' | 'new-link' | 'provisioned';
    }
  | { outcome: 'refused'; code: ResolveRefusal };

export interface SignIn {
  begin(request: BeginSignIn): Promise<BeginOutcome>;
  complete(answer: CompleteSignIn): Promise<CompleteOutcome>;
  resolve(request: ResolveIdentity): Promise<ResolveOutcome>;
}
