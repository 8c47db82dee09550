import { parseEmail } from '#kernel';
import { passkeyProof } from '../../factor-proof.ts';
import { withIdentifier } from '../../progress.ts';
import type { Services } from '../../services.ts';
import { type Submitted, type Visit, wrong } from '../../step.ts';

/**
 * A passkey alone: possession and user verification, two factors. One refusal for every reason, a lock of the person's
 * own making and an inactive account included (X28); whose domain is SSO-targeted goes on to the IdP (W1).
 */
export async function signInByPasskey(
  { pending, origin, save }: Visit,
  answer: string,
  { credentials, accounts, federation, clock }: Services,
): Promise<Submitted> {
  const signedIn = await credentials.passkeys.signIn(answer, { binding: pending.cid, origin });
  if (signedIn.outcome !== 'ok')
    return { ...wrong('form', `credentials:passkey-${signedIn.outcome}`), status: 401 };
  const account = await accounts.byId(signedIn.accountId);
  const address = account && parseEmail(account.email);
  if (!account || !address || account.status !== 'active')
    return { ...wrong('form', 'credentials:passkey-refused'), status: 401 };
  const route = await federation.routing.route(address);
  if (route.outcome !== 'local') {
    await save((progress) => withIdentifier(progress, address));
    return { outcome: 'saved' };
  }
  // Guesses of strangers bar strangers alone, and a key that answered is none (decision 014).
  const lock = await credentials.passwords.lockState(account.id);
  if (lock.locked && lock.scope === 'everyone')
    return { ...wrong('form', 'credentials:passkey-refused'), status: 401 };
  const at = clock.now();
  const proof = { accountId: account.id, epoch: account.epoch, at, key: signedIn.kind };
  await save((progress) => ({
    ...withIdentifier(progress, address),
    primary: { ...proof, kind: 'passkey' },
    factor: passkeyProof(account, signedIn.kind, at),
  }));
  return { outcome: 'saved' };
}
