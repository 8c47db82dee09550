import { z } from 'zod';
import { codeOrigin, factorProof, factorRefusal, readDigits, requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, wrong } from '../../step.ts';

/** I2, I5: six digits of the authenticator app; a step of time is good for one log-in only (X30). */
export function createAuthenticatorCode({ credentials, clock }: Services): Step {
  return {
    name: 'authenticator-code',
    fields: z.object({ code: z.string().max(200).default('') }),
    async show({ form, facts, pathOf }, again) {
      return {
        view: 'interactions/authenticator-code',
        data: {
          ...form('authenticator-code'),
          ...problemsOf(again),
          otherMethodUrl: pathOf('choose-method'),
          email: facts.account?.email ?? '',
        },
      };
    },
    async submit(visit, typed) {
      const { facts, save } = visit;
      const account = requireAccount(facts.account);
      const code = readDigits(typed['code']);
      if (code === '') return wrong('code', 'credentials:code-required');
      if (!/^\d{6}$/.test(code)) return wrong('code', 'credentials:code-format');
      const { outcome } = await credentials.totp.verify(account.id, code, codeOrigin(visit, account));
      if (outcome !== 'ok')
        return factorRefusal(outcome, {
          wrong: 'credentials:code-wrong',
          reused: 'credentials:code-reused',
        });
      await save((progress) => ({ ...progress, factor: factorProof(account, 'totp', clock.now()) }));
      return { outcome: 'saved' };
    },
  };
}
