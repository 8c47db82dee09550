import type { CredentialAccounts } from './ports.ts';

/**
 * Sign-ins end before and after the change of a factor, as with a password: before, so that a crash in between leaves no old
 * session beside it; after, so that none begun meanwhile with the former lives on. Resolves with the epoch of after.
 */
export async function endingSignIns<T>(
  accounts: Pick<CredentialAccounts, 'raiseEpoch'>,
  accountId: string,
  change: () => Promise<T>,
): Promise<{ result: T; epoch: number }> {
  await accounts.raiseEpoch(accountId, 'factor-changed');
  const result = await change();
  return { result, epoch: await accounts.raiseEpoch(accountId, 'factor-changed') };
}
