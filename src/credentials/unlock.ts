import type { Acting } from '#audit';
import { auditOf } from './notices.ts';
import type { Lockout } from './password/lockout.ts';
import type { CredentialAudit } from './ports.ts';
import type { SecondFactorTries } from './second-factor-tries.ts';
import type { SentCodes } from './sent-code/sent-codes.ts';

/** What an unlock found: a lock by wrong passwords, wrong codes, and codes that were sent and counted. */
export interface Unlocked {
  lock: boolean;
  codes: boolean;
  sends: boolean;
}

export interface UnlockParts {
  lockout: Pick<Lockout, 'lockOf' | 'clear'>;
  tries: Pick<SecondFactorTries, 'isCounting' | 'clear'>;
  /** Every way of sending codes, with the account's own number or address. */
  sent: readonly {
    codes: Pick<SentCodes, 'isCounting' | 'clear'>;
    receiverOf(accountId: string): Promise<string | undefined>;
  }[];
  audit: Pick<CredentialAudit, 'record'>;
}

/** F5: only what is the person's own; limits of networks, countries and the day are the installation's. */
export function createUnlock({ lockout, tries, sent, audit }: UnlockParts) {
  return async (accountId: string, acting: Acting): Promise<Unlocked> => {
    const channels = await Promise.all(
      sent.map(async ({ codes, receiverOf }) => ({ codes, to: await receiverOf(accountId) })),
    );
    const sends = await Promise.all(channels.map(({ codes, to }) => codes.isCounting(accountId, to)));
    const found: Unlocked = {
      lock: (await lockout.lockOf(accountId)) !== undefined,
      codes: await tries.isCounting(accountId),
      sends: sends.includes(true),
    };
    // Before the act: a crash in between leaves a record too many, never an unlock without one.
    if (found.lock || found.codes || found.sends)
      await audit.record(auditOf('account.unlocked', accountId, acting, { ...found }));
    await lockout.clear(accountId);
    await tries.clear(accountId);
    for (const { codes, to } of channels) await codes.clear(accountId, to);
    return found;
  };
}
