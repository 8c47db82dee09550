import { isIP } from 'node:net';
import type { Clock, Randomness } from '#kernel';
import type { CredentialAccounts, CredentialAudit, CredentialMessages } from '../ports.ts';
import type { PasskeyChallenges } from './passkey-challenge.ts';
import type { PasskeyStore } from './passkey-store.ts';

export interface PasskeysParts {
  store: PasskeyStore;
  challenges: PasskeyChallenges;
  clock: Clock;
  randomness: Randomness;
  accounts: Pick<CredentialAccounts, 'byId' | 'raiseEpoch'>;
  messages: Pick<CredentialMessages, 'emission'>;
  audit: CredentialAudit;
  enabled: boolean;
  /** Origin and RP ID come from it alone. */
  issuer: string;
  brandName: string;
}

/** Whom browsers make passkeys for. */
export interface PasskeySite {
  origin: string;
  rpId: string;
  /** As of `Passkeys`. */
  available: boolean;
}

export function siteOf({ issuer, enabled }: Pick<PasskeysParts, 'issuer' | 'enabled'>): PasskeySite {
  const { origin, hostname: rpId } = new URL(issuer);
  return { origin, rpId, available: enabled && isIP(rpId.replace(/^\[|\]$/g, '')) === 0 };
}

const HANDLE_BYTES = 32;

/** The name by which authenticators know the person; made at the first use. */
export function handleOf(
  { store, randomness }: Pick<PasskeysParts, 'store' | 'randomness'>,
  accountId: string,
): Promise<string> {
  return store.handleOf(accountId, () => randomness.bytes(HANDLE_BYTES).toString('base64url'));
}
