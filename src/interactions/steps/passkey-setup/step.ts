import { z } from 'zod';
import { passkeyNameRefusal } from '#credentials';
import { passkeyProof, requireAccount } from '../../factor-proof.ts';
import { methodSetUp } from '../../method-set-up.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, wrong } from '../../step.ts';

const REFUSALS = {
  refused: 'credentials:passkey-refused',
  expired: 'credentials:passkey-expired',
  taken: 'credentials:passkey-taken',
  full: 'credentials:passkey-full',
} as const;

/** "Set Up a Passkey": made by the person's device, stored once its answer is genuine. */
export function createPasskeySetup({ credentials, clock }: Services): Step {
  const { passkeys, recoveryCodes } = credentials;
  return {
    name: 'passkey-setup',
    fields: z.object({ passkey: z.string().default(''), name: z.string().max(200).default('') }),
    async show({ form, facts, pending, pathOf }, again) {
      const name = again?.typed?.['name'];
      return {
        view: 'interactions/passkey-setup',
        data: {
          ...form('passkey-setup'),
          ...problemsOf(again),
          options: await passkeys.creationOptions(requireAccount(facts.account), pending.cid),
          ...(name && { name }),
          otherMethodUrl: pathOf('select-method'),
        },
      };
    },
    async submit(visit, typed) {
      const { facts, pending, progress, origin } = visit;
      const account = requireAccount(facts.account);
      const name = (typed['name'] ?? '').trim();
      const again = { typed: { name } };
      const unnamed = passkeyNameRefusal(name);
      if (unnamed) return { ...wrong('name', unnamed), ...again };
      if (!typed['passkey']) return { ...wrong('form', 'credentials:passkey-missing'), ...again };
      const added = await passkeys.add(account.id, typed['passkey'], {
        actor: account.id,
        origin,
        binding: pending.cid,
        name,
        // In the place of a lost method it ends what was signed in with that one (X38).
        raiseEpoch: progress.factor?.kind === 'recovery',
      });
      if (added.outcome !== 'added') return { ...wrong('form', REFUSALS[added.outcome]), ...again };
      const proof = passkeyProof(account, added.kind, clock.now());
      return methodSetUp(visit, { proof, epoch: added.epoch, recoveryCodes });
    },
  };
}
