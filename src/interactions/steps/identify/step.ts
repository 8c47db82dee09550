import { z } from 'zod';
import { parseEmail } from '#kernel';
import { forgotPasswordPath } from '../../forgot-password-path.ts';
import { withIdentifier } from '../../progress.ts';
import { problemsOf, type Step } from '../../step.ts';

const fields = z.object({ email: z.string().max(1_000).default('') });

/** B2: the address alone; its domain decides where the person signs in. The same answer for every address (A3). */
export function createIdentify(): Step {
  return {
    name: 'identify',
    fields,
    async show({ form, facts, progress, pending }, again) {
      const email = again ? undefined : (progress.identifier?.display ?? pending.params['login_hint']);
      const typed = again?.typed?.['email'] ?? email ?? facts.account?.email;
      const forgotPasswordUrl = forgotPasswordPath(pending);
      return {
        view: 'interactions/identify',
        data: {
          ...form('identify'),
          ...problemsOf(again),
          forgotPasswordUrl,
          ...(typed && { email: typed }),
        },
      };
    },
    async submit({ save }, form) {
      const typed = form['email'] ?? '';
      const email = parseEmail(typed);
      if (!email) {
        const key = typed.trim() === '' ? 'email-required' : 'email-invalid';
        return {
          outcome: 'again',
          errors: { email: { key: `interactions:errors.${key}` } },
          typed: { email: typed },
        };
      }
      await save((progress) => withIdentifier(progress, email));
      return { outcome: 'saved' };
    },
  };
}
