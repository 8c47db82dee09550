import { codeChallenge } from '../../code-steps.ts';
import { requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import type { Step } from '../../step.ts';

/** G31: a code to the account's own address. */
export function createEmailCode({ credentials: { emailCodes }, clock }: Services): Step {
  return codeChallenge({
    name: 'email-code',
    kind: 'email',
    factor: emailCodes,
    clock,
    async view({ form, facts, pathOf }, problems) {
      const { email } = requireAccount(facts.account);
      const otherMethodUrl = pathOf('choose-method');
      return {
        view: 'interactions/email-code',
        data: { ...form('email-code'), ...problems, email, otherMethodUrl },
      };
    },
  });
}
