import { z } from 'zod';
import { passkeyProof, requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, wrong } from '../../step.ts';

/** A passkey of the person's, beside the first proof. Its answer counts in this log-in only, once. */
export function createPasskey({ credentials: { passkeys }, clock }: Services): Step {
  return {
    name: 'passkey',
    fields: z.object({ passkey: z.string().default('') }),
    async show({ form, facts, pending, pathOf }, again) {
      return {
        view: 'interactions/passkey',
        data: {
          ...form('passkey'),
          ...problemsOf(again),
          otherMethodUrl: pathOf('choose-method'),
          options: await passkeys.requestOptions(requireAccount(facts.account).id, pending.cid),
        },
      };
    },
    async submit({ facts, pending, origin, save }, { passkey = '' }) {
      const account = requireAccount(facts.account);
      if (passkey === '') return wrong('form', 'credentials:passkey-missing');
      const proven = await passkeys.verify(account.id, passkey, { binding: pending.cid, origin });
      if (proven.outcome !== 'ok') return wrong('form', `credentials:passkey-${proven.outcome}`);
      await save((progress) => ({ ...progress, factor: passkeyProof(account, proven.kind, clock.now()) }));
      return { outcome: 'saved' };
    },
  };
}
