import type { Account } from '#accounts';
import { CHALLENGE_LIFE_MS } from './passkey-challenge.ts';
import type { OptionsJson } from './passkey-factor.ts';
import type { StoredPasskey } from './passkey-store.ts';

/** COSE: ES256, EdDSA and, for Windows Hello, RS256. */
export const ALGORITHMS = [-7, -8, -257] as const;

/** What a browser is asked to make: a passkey that is none of `present`. */
export function creationJson(wanted: {
  challenge: string;
  rp: { id: string; name: string };
  account: Account;
  handle: string;
  present: readonly StoredPasskey[];
}): OptionsJson {
  const { challenge, rp, account, handle, present } = wanted;
  return JSON.stringify({
    challenge,
    rp,
    user: { id: handle, name: account.email, displayName: account.name },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: CHALLENGE_LIFE_MS,
    attestation: 'none',
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    excludeCredentials: present.map(descriptorOf),
  });
}

/** What a browser is asked to sign with one of `allowed`; with any that it has when there are none. */
export function requestJson(rpId: string, challenge: string, allowed: readonly StoredPasskey[]): OptionsJson {
  return JSON.stringify({
    challenge,
    rpId,
    timeout: CHALLENGE_LIFE_MS,
    userVerification: 'required',
    allowCredentials: allowed.map(descriptorOf),
  });
}

const descriptorOf = ({ id, transports }: StoredPasskey) => ({ id, type: 'public-key', transports });
