import { z } from 'zod';
import { type Clock, DAY } from '#kernel';
import type { Storage } from '#storage';
import { instantFor, mailTo } from './notices.ts';
import type { CredentialAccounts, CredentialMessages } from './ports.ts';

const alertSchema = z.strictObject({ accountId: z.string(), expiresAt: z.int() });

export interface SecondFactorAlertParts {
  storage: Storage;
  clock: Clock;
  accounts: Pick<CredentialAccounts, 'byId'>;
  messages: CredentialMessages;
  issuer: string;
}

/** `wrong` codes were entered, or codes were sent to strange browsers and left `unanswered`. */
export type AlertReason = 'wrong' | 'unanswered';

/** Whoever comes as far as the codes knows the password: the person is told by mail, once in 24 hours (X29, X32). */
export function createSecondFactorAlert(parts: SecondFactorAlertParts) {
  const { storage, clock, accounts, messages, issuer } = parts;
  const alerts = storage.collection<z.infer<typeof alertSchema>>({
    name: 'second-factor-alerts',
    schema: alertSchema,
    key: 'accountId',
    expiresAt: 'expiresAt',
    durability: 'durable',
  });

  return async function tell(accountId: string, reason: AlertReason): Promise<void> {
    const account = await accounts.byId(accountId);
    if (!account) return;
    const now = clock.now();
    const data = {
      name: account.name,
      reason,
      at: instantFor(account, now),
      resetLink: `${issuer}/forgot-password`,
    };
    const emit = [messages.emission(mailTo(account, 'codes-tried', data))];
    await alerts.insertIfAbsent({ accountId, expiresAt: now + DAY }, { emit });
  };
}

export type SecondFactorAlert = ReturnType<typeof createSecondFactorAlert>;
