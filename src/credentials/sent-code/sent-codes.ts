import { createChecking } from './check-code.ts';
import {
  type CodeChannel,
  type Place,
  type Receiver,
  receiverOf,
  type SentCodesParts,
} from './code-channel.ts';
import { createCodeKeys } from './code-keys.ts';
import { createSending } from './send-code.ts';
import type { PendingCode } from './sent-code.ts';

export type SentCodes = ReturnType<typeof createSentCodes>;

/** Six digits by message: of one channel, purpose, account and log-in, entered once, in time (G8–G10, X30). */
export function createSentCodes(channel: CodeChannel, parts: SentCodesParts) {
  const { codes, clock, secretBox, messages } = parts;
  const keys = createCodeKeys(channel.name, secretBox);
  const ownerOf = (accountId: string, to: string | undefined) => ({
    accountId,
    ...(to !== undefined && { receiver: keys.receiverKey(to) }),
  });

  return {
    send: createSending(channel, parts, keys),
    check: createChecking(channel, parts, keys),

    /** Whether any sent code is counted for this account, or for the receiver that it has. */
    isCounting: (accountId: string, to?: string): Promise<boolean> =>
      channel.budget.isCounting(ownerOf(accountId, to)),

    /** F5: of what the account and its receiver may be sent nothing is used up. */
    clear: (accountId: string, to?: string): Promise<void> => channel.budget.clear(ownerOf(accountId, to)),

    /** To whom the last code went. */
    async receiverOf(place: Place): Promise<Receiver | undefined> {
      const stored = await codes.get(keys.idOf(place));
      return stored && receiverOf(stored);
    },

    async pending(place: Place): Promise<PendingCode | undefined> {
      const stored = await codes.get(keys.idOf(place));
      if (!stored) return undefined;
      return {
        masked: channel.mask(stored.receiver),
        expired: clock.now() >= stored.validUntil,
        delivery: await messages.stateOf(stored.messageId),
      };
    },
  };
}
