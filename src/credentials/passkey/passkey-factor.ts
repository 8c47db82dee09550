import type { Account } from '#accounts';
import type { Acting, RequestOrigin } from '#audit';

/** RFC 8176: the key stays in one device, or is copied between the person's devices. */
export type KeyKind = 'hwk' | 'swk';

export const kindOf = ({ synced }: { synced: boolean }): KeyKind => (synced ? 'swk' : 'hwk');

export interface PasskeyView {
  /** Credential id, base64url. */
  id: string;
  name: string;
  kind: KeyKind;
  createdAt: number;
  lastUsedAt?: number;
}

/** Why a browser's answer is not taken: `expired` also when its challenge was used, or made for another log-in. */
export type PasskeyRefusal = { outcome: 'refused' | 'expired' };

/** JSON for PublicKeyCredential.parseCreationOptionsFromJSON and parseRequestOptionsFromJSON. */
export type OptionsJson = string;

export interface Place {
  /** The log-in or page session that the challenge is made for: an answer counts nowhere else. */
  binding: string;
  origin: RequestOrigin;
}

/** Passkeys (WebAuthn level 3): always with user verification, so that one is two factors of its own. */
export interface Passkeys {
  /** False where the platform switches them off, or the issuer's host is an address, for which browsers make none. */
  available: boolean;
  list(accountId: string): Promise<PasskeyView[]>;
  status(
    accountId: string,
  ): Promise<{ enrolled: boolean; count: number; enrolledAt?: number; lastUsedAt?: number }>;
  creationOptions(account: Account, binding: string): Promise<OptionsJson>;
  /** `taken`: somebody has this very credential. `full`: the person has as many as one may have. */
  add(
    accountId: string,
    answer: string,
    options: Acting & { binding: string; name: string; raiseEpoch?: boolean },
  ): Promise<
    { outcome: 'added'; kind: KeyKind; epoch?: number } | { outcome: 'taken' | 'full' } | PasskeyRefusal
  >;
  requestOptions(accountId: string, binding: string): Promise<OptionsJson>;
  /** As second factor. */
  verify(
    accountId: string,
    answer: string,
    place: Place,
  ): Promise<{ outcome: 'ok'; kind: KeyKind } | PasskeyRefusal>;
  /** For whoever comes: tells nothing about anybody (X28), and reads nothing. */
  signInOptions(binding: string): OptionsJson;
  /** Whose passkey it is. The caller asks whether that person may sign in so. */
  signIn(
    answer: string,
    place: Place,
  ): Promise<{ outcome: 'ok'; accountId: string; kind: KeyKind } | PasskeyRefusal>;
  /** False where the person has no such passkey. */
  rename(accountId: string, id: string, name: string, acting: Acting): Promise<boolean>;
  /** False where the person has no such passkey. Ending sessions is the caller's. */
  remove(accountId: string, id: string, acting: Acting): Promise<boolean>;
  removeAll(accountId: string, acting: Acting): Promise<void>;
}
