import { createHmac } from 'node:crypto';
import { type Clock, equalInConstantTime, HOUR, MINUTE, type Randomness, sha256 } from '#kernel';

/** How long an answer may take, milliseconds. */
export const CHALLENGE_LIFE_MS = 5 * MINUTE;
/** Of the first page, which may lie open for as long as its log-in is there: it is bound to that one anyway. */
const SIGN_IN_LIFE_MS = HOUR;
const lifeOf = ({ purpose }: ChallengeScope) => (purpose === 'sign-in' ? SIGN_IN_LIFE_MS : CHALLENGE_LIFE_MS);

export interface ChallengeScope {
  purpose: 'add' | 'verify' | 'sign-in';
  binding: string;
  /** Absent where anybody may answer. */
  accountId?: string;
}

export interface PasskeyChallenges {
  /** base64url; bound to its scope by a key of ours, so that showing a page stores nothing. */
  make(scope: ChallengeScope): string;
  /** Ours, made for this scope, and young enough. */
  isAlive(challenge: string, scope: ChallengeScope): boolean;
  /** True for the first who asks. */
  spend(challenge: string, scope: ChallengeScope): Promise<boolean>;
}

const FORM = /^([\w-]{22})([0-9a-z]{9})([\w-]{43})$/;

export function createPasskeyChallenges({
  keys,
  clock,
  randomness,
  spend,
}: {
  /** Newest first. */
  keys: readonly string[];
  clock: Clock;
  randomness: Randomness;
  spend(id: string, expiresAt: number): Promise<boolean>;
}): PasskeyChallenges {
  const tagOf = (key: string, nonce: string, at: string, { purpose, binding, accountId }: ChallengeScope) =>
    createHmac('sha256', key)
      .update(JSON.stringify([nonce, at, purpose, binding, accountId ?? null]))
      .digest('base64url');
  return {
    make(scope) {
      const [nonce, at] = [randomness.id(), clock.now().toString(36).padStart(9, '0')];
      const [key = ''] = keys;
      return Buffer.from(`${nonce}${at}${tagOf(key, nonce, at, scope)}`).toString('base64url');
    },
    isAlive(challenge, scope) {
      const parts = FORM.exec(Buffer.from(challenge, 'base64url').toString('latin1'));
      if (!parts) return false;
      const [, nonce = '', at = '', tag = ''] = parts;
      if (!keys.some((key) => equalInConstantTime(tag, tagOf(key, nonce, at, scope)))) return false;
      const age = clock.now() - Number.parseInt(at, 36);
      return age >= 0 && age < lifeOf(scope);
    },
    spend: (challenge, scope) => spend(sha256(challenge), clock.now() + lifeOf(scope)),
  };
}
