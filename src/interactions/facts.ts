import type { Account } from '#accounts';
import type { Company, EffectivePolicy, Membership } from '#companies';
import type { Route } from '#federation';
import type { CurrentSignIn, PendingInteraction } from '#oidc';
import type { Invited } from './invited.ts';
import type { FactorKind, FactorProof, PrimaryProof, Progress } from './progress.ts';

/** What stands in for the first proof: one of this log-in, or the sign-in that this browser has. */
export type Primary = PrimaryProof | { kind: 'session'; signIn: CurrentSignIn };

/** All that decides the next step, gathered afresh at every hop; the decision itself reads nothing else. */
export interface Facts {
  now: number;
  pending: Pick<
    PendingInteraction,
    'prompt' | 'params' | 'requestedAcr' | 'session' | 'settled' | 'wantsFreshFactor'
  > & {
    client: Pick<PendingInteraction['client'], 'clientId' | 'firstParty' | 'payments' | 'ownPage'>;
  };
  /** The values of `prompt` in the request. */
  prompts: ReadonlySet<string>;
  progress: Progress;
  /** Where the identifier's domain signs in; absent while nobody is identified. */
  route: Route | undefined;
  /** Proofs that are still alive. */
  primary: Primary | undefined;
  factor: FactorProof | undefined;
  /** The person, once a primary proof says who it is. */
  account: Account | undefined;
  memberships: readonly Membership[];
  companies: readonly Company[];
  /** Of all accepted memberships; for SSO of those that matter for the chosen company. */
  policy: EffectivePolicy | undefined;
  chosenCompanyId: string | undefined;
  enrolled: Readonly<Record<FactorKind, boolean>>;
  /** The method that proved the person last; preselected where there are several (H18). */
  lastUsed: FactorKind | undefined;
  /** Of the person's phone number, where it tells; ISO 3166. */
  phoneCountry: string | undefined;
  /** The person trusts this browser, under the policy as it is now; whether that helps is for `trusted-device.ts` to say. */
  trusted: boolean;
  /** The password was set by a mailed link, and nothing but the mailbox was proven beside it since (I10). */
  passwordByMail: boolean;
  /** The password must be changed before anything is issued. */
  passwordDue: 'expired' | 'temporary' | undefined;
  /** The invitation that this log-in accepts; its membership counts among `memberships` once its person is known. */
  invited: Invited | undefined;
  /** The identified person creates their first password (A8). */
  creates: boolean;
  termsOwed: boolean;
  consentOwed: boolean;
}
