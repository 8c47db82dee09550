import type { Account } from '#accounts';
import { MINUTE } from '#kernel';
import type { PendingInteraction } from '#oidc';
import type { Primary } from './facts.ts';
import { type FactorProof, factorProofSchema } from './progress.ts';

const CARRIED_MS = 5 * MINUTE;

/**
 * Our own pages ask for the current password before a factor changes (G27). A second factor that this very session proved
 * minutes ago still counts beside it: its next code may be half a minute away.
 */
export function carriedFactor(
  { client, session }: Pick<PendingInteraction, 'client' | 'session'>,
  { account, primary, now }: { account: Account; primary: Primary; now: number },
): FactorProof | undefined {
  if (!client.ownPage || !session?.factor || primary.kind === 'session') return undefined;
  const at = session.factor.at * 1000;
  if (session.accountId !== account.id || session.epoch !== account.epoch || now - at >= CARRIED_MS)
    return undefined;
  const proof = { accountId: account.id, epoch: account.epoch, at, kind: session.factor.kind };
  return factorProofSchema.safeParse(proof).data;
}
