import { z } from 'zod';
import { hasMailboxAlone } from '../../assurance.ts';
import { codeOrigin, factorProof, factorRefusal, requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, wrong } from '../../step.ts';

/** J3–J6: the code lets in once; a new one and a new method are offered right after. */
export function createRecoveryCode({ credentials, clock }: Services): Step {
  return {
    name: 'recovery-code',
    fields: z.object({ code: z.string().max(1_000).default('') }),
    async show({ form, facts, pathOf }, again) {
      return {
        view: 'interactions/recovery-code',
        data: {
          ...form('recovery-code'),
          ...problemsOf(again),
          otherMethodUrl: pathOf('choose-method'),
          email: facts.account?.email ?? '',
        },
      };
    },
    async submit(visit, { code = '' }) {
      const { facts, origin, save } = visit;
      const account = requireAccount(facts.account);
      if (code.trim() === '') return wrong('code', 'credentials:code-required');
      const { outcome } = await credentials.recoveryCodes.verify(
        account.id,
        code,
        codeOrigin(visit, account),
      );
      if (outcome !== 'ok')
        return factorRefusal(outcome, {
          wrong: 'interactions:errors.recovery-wrong',
          none: 'interactions:errors.recovery-wrong',
        });
      const recoveryCode = await credentials.recoveryCodes.issue(account.id, { actor: account.id, origin });
      const factor = factorProof(account, 'recovery', clock.now());
      await save((progress) => ({
        ...progress,
        factor,
        // Whoever reset the password by mail has lost no device.
        ...(!hasMailboxAlone(facts) && { replaceMethod: 'offered' as const }),
        secrets: { ...progress.secrets, recoveryCode },
      }));
      return { outcome: 'saved' };
    },
  };
}
