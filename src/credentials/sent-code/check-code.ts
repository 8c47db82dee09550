import type { Acting } from '#audit';
import { equalInConstantTime } from '#kernel';
import type { CodeOrigin } from '../second-factor-tries.ts';
import {
  type CodeChannel,
  type Place,
  type Receiver,
  receiverOf,
  type SentCodesParts,
} from './code-channel.ts';
import type { CodeKeys } from './code-keys.ts';
import type { CodePurpose, CodeRefusal } from './sent-code.ts';
import type { StoredSentCode } from './sent-code-store.ts';

/** Takes a code that was typed, once; every wrong one is a try of the code and of the account. */
export type CheckCode = (
  place: Place,
  typed: string,
  acting: Acting & { origin?: CodeOrigin },
  /** Whether a code to this receiver is still worth something; always when absent. */
  stands?: (receiver: Receiver) => boolean,
) => Promise<{ outcome: 'ok'; receiver: Receiver } | CodeRefusal>;

export function createChecking(
  { budget }: Pick<CodeChannel, 'budget'>,
  { codes, tries, clock, triesPerCode }: SentCodesParts,
  { idOf, hashOf, receiverKey }: CodeKeys,
): CheckCode {
  async function evaluate(stored: StoredSentCode, code: string, purpose: CodePurpose) {
    const { id, hash, accountId, country = 'unknown' } = stored;
    if (!(await codes.takeTry(id, triesPerCode))) return { outcome: 'spent' } as const;
    if (!equalInConstantTime(hash, hashOf(id, code))) return { outcome: 'wrong' } as const;
    if (!(await codes.use(id, hash, clock.now()))) return { outcome: 'reused' } as const;
    const receiver = receiverKey(stored.receiver);
    await budget.entered({ purpose, accountId, receiver, country, strange: stored.strange === true });
    return { outcome: 'ok', receiver: receiverOf(stored) } as const;
  }

  return async (place, typed, acting, stands = () => true) => {
    const stored = await codes.get(idOf(place));
    if (!stored) return { outcome: 'none' };
    if (stored.usedAt !== undefined) return { outcome: 'reused' };
    if (clock.now() >= stored.validUntil || !stands(receiverOf(stored))) return { outcome: 'expired' };
    const code = typed.normalize('NFKC').replaceAll(/[\s\p{Pd}]/gu, '');
    // No code at all is no guess.
    if (!/^[0-9]{6}$/.test(code)) return { outcome: 'wrong' };
    const counter = place.purpose === 'enrolment' ? 'enrolment' : 'second-factor';
    return tries.attempt(counter, place.accountId, acting, () => evaluate(stored, code, place.purpose));
  };
}
