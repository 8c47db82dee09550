import { z } from 'zod';
import { MIN_PASSWORD_LENGTH } from '#companies';
import { newPasswordProblems, passwordRuleViews, unmetRulesText } from '#credentials';
import { requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step } from '../../step.ts';

/** C-8, A15: an expired or temporary password is changed before anything is issued. */
export function createNewPassword({ credentials }: Services): Step {
  return {
    name: 'new-password',
    fields: z.object({
      password: z.string().default(''),
      confirm: z.string().default(''),
      username: z.string().optional(),
    }),
    async show({ form, facts }, again) {
      const minLength = facts.policy?.password.minLength.value ?? MIN_PASSWORD_LENGTH;
      return {
        view: 'interactions/new-password',
        data: {
          ...form('new-password'),
          ...problemsOf(again),
          email: facts.account?.email ?? '',
          reason: facts.passwordDue ?? 'expired',
          rules: passwordRuleViews(credentials.passwords.rules({ minLength }), again?.unmet),
        },
      };
    },
    async submit({ facts, origin, save }, { password = '', confirm = '' }) {
      const account = requireAccount(facts.account);
      const minLength = facts.policy?.password.minLength.value ?? MIN_PASSWORD_LENGTH;
      const missed = credentials.passwords.check(password, { minLength });
      const problems = newPasswordProblems({ password, confirm }, missed);
      if (problems) return { outcome: 'again', ...problems };
      const result = await credentials.passwords.set(account, password, {
        minLength,
        reason: facts.passwordDue === 'temporary' ? 'temporary-replaced' : 'expired',
        actor: account.id,
        origin,
      });
      if (result.outcome === 'refused') {
        return { outcome: 'again', errors: { password: unmetRulesText(result.unmet) }, unmet: result.unmet };
      }
      // The change raised the epoch: what was proven under the former goes on under the new one, and nothing that had died before.
      const { epoch, version } = result;
      await save((progress) => ({
        ...progress,
        ...(progress.primary?.kind === 'password' && { primary: { ...progress.primary, epoch, version } }),
        ...(progress.primary?.kind === 'passkey' && { primary: { ...progress.primary, epoch } }),
        ...(progress.factor?.epoch === account.epoch && { factor: { ...progress.factor, epoch } }),
      }));
      return { outcome: 'saved' };
    },
  };
}
