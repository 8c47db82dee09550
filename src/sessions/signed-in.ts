import type { Account } from '#accounts';
import { MINUTE } from '#kernel';
import type { CurrentSignIn } from '#oidc';
import type { OwnProof } from './own-proof.ts';
import type { PageSecrets } from './page-session-store.ts';

/** Whoever is signed in on our pages, read fresh with every request. */
export interface SignedIn {
  account: Account;
  signIn: CurrentSignIn;
  /** The company chosen for our own pages; absent with none. */
  companyId: string | undefined;
  /** When the first proof was asked for by these pages themselves, epoch milliseconds; absent: never. */
  primaryAt: number | undefined;
  /** Kept from page to page, sealed; gone with the session. */
  secrets: PageSecrets;
  keepSecrets(secrets: PageSecrets): Promise<void>;
}

/** What a page wants proven in the last five minutes before it shows or does anything. */
export interface Freshness {
  /** The current password, or a log-in at the company's identity provider (G27). */
  primary?: boolean;
  /** A second factor, where the person has one (J8, X34); the identity provider, where that is whom to ask. */
  factor?: boolean;
}

/** How long a proof counts on our own pages. */
export const FRESH_MS = 5 * MINUTE;

/** What of `wanted` is not proven any more. */
export function missingProofs(
  wanted: Freshness,
  { primaryAt, signIn }: Pick<SignedIn, 'primaryAt' | 'signIn'>,
  { now, proof }: { now: number; proof: OwnProof },
): Freshness {
  const isFresh = (at: number | undefined) => at !== undefined && now - at < FRESH_MS;
  const factorAt = signIn.factor && signIn.factor.at * 1000;
  const primary = wanted.primary || (wanted.factor && proof === 'identity-provider');
  const factor = wanted.factor && proof === 'factor';
  return {
    ...(primary && !isFresh(primaryAt) && { primary: true }),
    ...(factor && !isFresh(factorAt) && { factor: true }),
  };
}
