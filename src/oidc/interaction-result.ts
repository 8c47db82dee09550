/** How the person signed in: at our pages, or at a company's IdP. */
export type SignInKind = { kind: 'local' } | { kind: 'sso'; companyId: string; connectionId: string };

/** Which second factor was proven, and when (epoch seconds). */
export interface FactorMoment {
  kind: string;
  at: number;
}

/** What a finished log-in says; the only way in which a session comes to be. Times in epoch seconds, as the library has them. */
export interface LoginResult {
  accountId: string;
  /** Time of the primary proof, never of the resume (auth_time). */
  ts: number;
  /** When that proof reached us; differs from `ts` where an IdP tells an earlier time. */
  startedAt: number;
  acr: string;
  amr: string[];
  epoch: number;
  signIn: SignInKind;
  secondFactor: boolean;
  /** The latest proof of a second factor in this sign-in. */
  factor?: FactorMoment;
  idleSeconds: number | null;
  /** A factor was proven in this very interaction (payments clients, M5). */
  factorProven: boolean;
}

/** The result of an interaction as the resumed request sees it. */
export interface InteractionOutcome {
  login?: LoginResult;
  select_account?: object;
  /** An invitation was accepted. */
  invitation?: object;
  terms?: object;
  company?: { companyId: string };
  consent?: { granted: true };
}
