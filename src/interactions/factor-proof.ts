import type { Account } from '#accounts';
import type { CodeOrigin, KeyKind } from '#credentials';
import type { FactorProof } from './progress.ts';
import { type Again, type TextKey, type Visit, wrong } from './step.ts';

/** @throws Error when there is nobody yet: the dispatcher shows no factor step before the first proof */
export function requireAccount(account: Account | undefined): Account {
  if (!account) throw new Error('a factor step without a person');
  return account;
}

export function factorProof(account: Account, kind: FactorProof['kind'], at: number): FactorProof {
  return { accountId: account.id, epoch: account.epoch, kind, at };
}

/** A passkey is two factors of its own: the same answer proves both (RFC 8176 `mfa`). */
export function passkeyProof(account: Account, key: KeyKind, at: number): FactorProof {
  return { ...factorProof(account, 'passkey', at), key };
}

/** Where a code is typed: guesses from elsewhere must not use up the tries of the person's own browsers (W13). */
export function codeOrigin({ origin, knownDevice }: Visit, account: Account): CodeOrigin {
  return { ...origin, knownDevice: knownDevice(account) !== undefined };
}

/** Digits as people type them: with spaces or dashes. */
export function readDigits(typed: string | undefined): string {
  return (typed ?? '').replace(/[\s\-–.]/gu, '');
}

/** The texts for tries that are used up or wrong; the wording differs only after the first factor (G10). */
export function factorRefusal(outcome: string, texts: Readonly<Record<string, TextKey>>): Again {
  if (outcome === 'throttled') return { ...wrong('code', 'credentials:too-many-tries'), status: 429 };
  return wrong('code', texts[outcome] ?? 'credentials:code-wrong');
}
