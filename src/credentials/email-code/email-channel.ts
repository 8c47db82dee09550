import type { Clock, Log } from '#kernel';
import type { Storage } from '#storage';
import { mailTo } from '../notices.ts';
import type { CodeMessages, EmailCodesConfig } from '../ports.ts';
import type { CodeChannel } from '../sent-code/code-channel.ts';
import { createSendBudget } from '../sent-code/send-budget.ts';

interface EmailChannelParts {
  storage: Storage;
  clock: Clock;
  log: Log;
  messages: Pick<CodeMessages, 'sendAwaited'>;
  emailCodes: EmailCodesConfig;
}

/** Codes to the account's own address: they cost nothing but fill a mailbox (X32). */
export function createEmailChannel({ emailCodes, messages, ...parts }: EmailChannelParts): CodeChannel {
  const { available, minutes, limits } = emailCodes;
  return {
    name: 'email',
    available,
    minutes: { 'log-in': minutes, enrolment: minutes },
    // An address is one account's: it has the account's budget, and keeps it when the account goes on with another.
    budget: createSendBudget({
      ...parts,
      channel: 'email',
      limits: { ...limits, perReceiverPerDay: limits.perAccountPerDay },
    }),
    // Whoever sees it has proven the password, and typed the address.
    mask: (address) => address,
    deliver: ({ id, to, code, minutes: life, purpose, locale, deadline, request: { account } }) =>
      messages.sendAwaited({
        ...mailTo(account, 'verification-code', {
          name: account.name,
          code,
          minutes: life,
          ...(purpose === 'enrolment' && { setUp: true }),
        }),
        id,
        to,
        locale,
        deadline,
      }),
  };
}
