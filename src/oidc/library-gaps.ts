import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Client } from '#clients';
import type { FactorMoment, InteractionOutcome, SignInKind } from './interaction-result.ts';

/** What we keep in the library's Session beside its own fields. */
export interface SessionFields {
  accountId?: string;
  uid: string;
  jti: string;
  /** auth_time, epoch seconds. */
  loginTs?: number;
  /** When the first proof reached us, epoch seconds: an IdP may have seen the person long before. */
  startedAt?: number;
  acr?: string;
  amr?: string[];
  /** The account's epoch when the sign-in's first proof was made. */
  epoch?: number;
  signIn?: SignInKind;
  /** A second factor or a recovery code was given at this sign-in: company policy is met. */
  secondFactor?: boolean;
  /** The latest proof of a second factor, epoch seconds: our own pages want it fresh (X34). */
  factor?: FactorMoment;
  /** The strictest idle time of the person's companies; null: none (H14). */
  idleSeconds?: number | null;
  /** Where the session was last at work; `at` in epoch milliseconds. */
  lastSeen?: { at: number; ip?: string; userAgent?: string };
  authorizations?: Record<string, { sid?: string; grantId?: string; company?: string }>;
  state?: Record<string, unknown>;
  exp?: number;
}

/** What we keep in the library's Grant beside its own fields. */
export interface GrantFields {
  jti: string;
  accountId: string;
  clientId: string;
  epoch?: number;
  sessionUid?: string;
  companyId?: string;
  /** True: of a company that the session takes once the code is redeemed; false: that it has taken so. */
  awaitsRedemption?: boolean;
  /** Of the session's present sign-in. */
  signIn?: SignInKind;
  /** Of the session too. */
  idleSeconds?: number;
}

/** oidc-provider's types lag behind; these are the parts of a context that we read (pinned to 9.13). */
export interface OidcContext {
  route: string;
  session: SessionFields & {
    grantIdFor(clientId: string, value?: string): string | undefined;
    authorizationFor(clientId: string, value?: unknown): { company?: string; grantId?: string };
    past(seconds: number): boolean;
  };
  result?: InteractionOutcome;
  client: {
    clientId: string;
    clientName?: string;
    accepts_invitation?: boolean;
    clientAuthMethod: string;
    redirectUriAllowed(uri: string): boolean;
    own_page?: boolean;
  } & Partial<Client>;
  params: Record<string, string | undefined>;
  prompts: Set<string>;
  claims: { id_token?: { acr?: { value?: string; values?: string[]; essential?: boolean } | null } };
  entities: Record<string, unknown>;
  requestParamScopes: Set<string>;
  requestParamOIDCScopes: Set<string>;
  requestParamClaims: Set<string>;
  resourceServers: Record<string, { scopes: Set<string> }>;
  account?: { accountId: string };
  provider: Provider;
}

export function oidcOf(ctx: KoaContextWithOIDC): OidcContext {
  return ctx.oidc as unknown as OidcContext;
}

/** Makes the library persist our fields with its own: it drops what IN_PAYLOAD doesn't name. */
export function persistOurFields(provider: Provider): void {
  extendPayload(provider.Session, [
    'startedAt',
    'epoch',
    'signIn',
    'secondFactor',
    'factor',
    'idleSeconds',
    'lastSeen',
  ]);
  extendPayload(provider.Grant, [
    'epoch',
    'sessionUid',
    'companyId',
    'awaitsRedemption',
    'signIn',
    'idleSeconds',
  ]);
}

/** The library asks first and writes later: of two uses at the same time only one may hear "unique". */
export function settleReplayRaces(provider: Provider): void {
  const model = provider.ReplayDetection as unknown as {
    unique(iss: string, jti: string, exp: number): Promise<boolean>;
  };
  const unique = model.unique.bind(model);
  model.unique = (iss, jti, exp) =>
    unique(iss, jti, exp).catch((error) => {
      if (error instanceof AlreadySeen) return false;
      throw error;
    });
}

/** A value that may be used once was used before, perhaps at the same time. */
export class AlreadySeen extends Error {}

function extendPayload(model: unknown, fields: readonly string[]): void {
  const names = (model as { IN_PAYLOAD: string[] }).IN_PAYLOAD;
  Object.defineProperty(model, 'IN_PAYLOAD', { get: () => [...names, ...fields] });
}
